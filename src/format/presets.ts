// Formats by name, in the order of detection: of those that fit as many lines of a sample, the first is taken.
import type { Preset } from "./preset.ts";
import { apacheError22 } from "./presets/apache-error-2-2.ts";
import { apacheError } from "./presets/apache-error.ts";
import { awsAlb } from "./presets/aws-alb.ts";
import { awsElb } from "./presets/aws-elb.ts";
import { awsS3 } from "./presets/aws-s3.ts";
import { caddy } from "./presets/caddy.ts";
import { combinedElapsed } from "./presets/combined-elapsed.ts";
import { combined } from "./presets/combined.ts";
import { common } from "./presets/common.ts";
import { haproxyHttp } from "./presets/haproxy-http.ts";
import { haproxyHttps } from "./presets/haproxy-https.ts";
import { haproxyTcp } from "./presets/haproxy-tcp.ts";
import { json } from "./presets/json.ts";
import { kubernetesIngress } from "./presets/kubernetes-ingress.ts";
import { lighttpd } from "./presets/lighttpd.ts";
import { nginxElapsed } from "./presets/nginx-elapsed.ts";
import { nginxError } from "./presets/nginx-error.ts";
import { squid } from "./presets/squid.ts";
import { traefikJson } from "./presets/traefik-json.ts";
import { traefik } from "./presets/traefik.ts";
import { w3c } from "./presets/w3c.ts";
import { vhostCombined } from "./presets/vhost-combined.ts";
import { vhostCommon } from "./presets/vhost-common.ts";

export const presets: readonly Preset[] = [
  common,
  combined,
  vhostCommon,
  vhostCombined,
  combinedElapsed,
  nginxElapsed,
  kubernetesIngress,
  lighttpd,
  traefik,
  haproxyHttp,
  haproxyHttps,
  haproxyTcp,
  awsAlb,
  awsElb,
  awsS3,
  squid,
  w3c,
  apacheError,
  apacheError22,
  nginxError,
  caddy,
  traefikJson,
  json,
];
