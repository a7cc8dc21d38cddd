// What the Ingress NGINX controller of Kubernetes writes by default.
import type { Preset } from "../preset.ts";
import { combined } from "./combined.ts";
import { nginxElapsed } from "./nginx-elapsed.ts";

export const kubernetesIngress = {
  name: "kubernetes_ingress",
  description: "the format upstreaminfo of the Ingress NGINX controller",
  definition: `${nginxElapsed.definition.replace("$request_time", "$request_length $request_time")} [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id`,
  example: `${combined.example} 415 0.018 [default-web-80] [] 192.0.2.11:8080, 192.0.2.12:8080 0, 2326 0.003, 0.015 502, 200 0f1e2d3c4b5a69788796a5b4c3d2e1f0`,
  documentation: "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/",
} as const satisfies Preset;
