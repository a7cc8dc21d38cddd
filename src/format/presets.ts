// Formats by name, in the order of detection: of those that fit as many lines of a sample, the first is taken.
import type { Preset } from "./preset.ts";
import { combinedElapsed } from "./presets/combined-elapsed.ts";
import { combined } from "./presets/combined.ts";
import { common } from "./presets/common.ts";
import { kubernetesIngress } from "./presets/kubernetes-ingress.ts";
import { nginxElapsed } from "./presets/nginx-elapsed.ts";
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
];
