// Server access logs of S3. Columns were added over the years, so that any may follow the ones known here.
import type { Preset } from "../preset.ts";
import { timeTokens } from "../strftime.ts";
import { described, templateFormat } from "../template.ts";

export const awsS3: Preset = {
  name: "aws_s3",
  description: "server access log of S3; the time taken is that of the whole request",
  definition: templateFormat(
    "$bucket_owner $bucket $time $remote_ip $requester $request_id $operation $key $request_uri $http_status $error_code $bytes_sent $object_size $total_time $turn_around_time $referer $user_agent $version_id$more",
    {
      time: timeTokens("", "$time"),
      remote_ip: described("client", "clientAddress"),
      requester: described("word", "user"),
      request_uri: described("quoted", "request", "quotes"),
      http_status: described("status", "status"),
      bytes_sent: described("number", "bodyBytes"),
      object_size: described("number"),
      total_time: described("duration", "millis"),
      turn_around_time: described("number"),
      referer: described("quoted", "referrer", "quotes"),
      user_agent: described("quoted", "userAgent", "quotes"),
      more: described("rest"),
    },
  ),
  example:
    '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be example [26/Oct/2025:00:40:00 +0000] 192.0.2.7 frank 3E57427F3EXAMPLE REST.GET.OBJECT index.html "GET /example/index.html HTTP/1.1" 200 - 2326 2326 18 17 "http://www.example.com/start.html" "curl/8" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4',
  documentation: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html",
};
