// What Application Load Balancers of AWS write. Columns were added over the years, so that any may follow the ones known here.
import type { Preset } from "../preset.ts";
import { described, templateFormat } from "../template.ts";
import { elbColumns, elbTemplate } from "./aws-elb.ts";

export const awsAlb: Preset = {
  name: "aws_alb",
  description: "access log of an Application Load Balancer of AWS; the time taken is the sum of its three parts",
  definition: templateFormat(`$type ${elbTemplate} $target_group_arn "$trace_id" "$domain_name"$more`, {
    ...elbColumns,
    domain_name: described("text", "vhost"),
    more: described("rest"),
  }),
  example:
    'https 2025-10-26T00:40:00.123456Z app/web/50dc6c495c0c9188 192.0.2.7:46532 192.0.2.11:8080 0.001 0.015 0.002 200 200 415 2326 "GET https://www.example.com:443/index.html HTTP/1.1" "Mozilla/5.0 (X11; Linux x86_64)" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "-" 1 2025-10-26T00:40:00.105000Z "forward" "-" "-" "192.0.2.11:8080" "200" "-" "-"',
  documentation: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",
};
