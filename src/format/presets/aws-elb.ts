// What Classic Load Balancers of AWS write; Application Load Balancers begin and end with more columns.
import type { Preset } from "../preset.ts";
import { timeTokens, utcToken } from "../strftime.ts";
import { described, templateFormat } from "../template.ts";

export const elbTemplate =
  '$time $elb $client:$client_port $target $request_processing_time $target_processing_time $response_processing_time $elb_status_code $target_status_code $received_bytes $sent_bytes "$request" "$user_agent" $ssl_cipher $ssl_protocol';

export const elbColumns = {
  time: [
    ...timeTokens("%Y-%m-%dT%H:%M:%S", "$time"),
    { kind: "literal", text: "." },
    ...timeTokens("usec_frac", "$time"),
    utcToken("Z", "$time"),
  ],
  client: described("client", "clientAddress"),
  client_port: described("number"),
  request_processing_time: described("decimal", "receivingSeconds"),
  target_processing_time: described("decimal", "waitingSeconds"),
  response_processing_time: described("decimal", "sendingSeconds"),
  elb_status_code: described("status", "status"),
  received_bytes: described("number"),
  sent_bytes: described("number", "sentBytes"),
  request: described("text", "request"),
  user_agent: described("text", "userAgent"),
} as const;

export const awsElb: Preset = {
  name: "aws_elb",
  description: "access log of a Classic Load Balancer of AWS; the time taken is the sum of its three parts",
  definition: templateFormat(elbTemplate, elbColumns),
  example:
    '2025-10-26T00:40:00.123456Z web 192.0.2.7:46532 192.0.2.11:8080 0.000073 0.001048 0.000057 200 200 0 2326 "GET http://www.example.com:80/index.html HTTP/1.1" "curl/8" - -',
  documentation: "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html",
};
