// What GitHub Actions shows beside the files of a pull request, and what its log must not take for a command.
import { relative, resolve } from "node:path";

/** Null where this does not run there. */
export function workspaceOnGithub(): string | null {
  const { GITHUB_ACTIONS, GITHUB_WORKSPACE } = process.env;
  return GITHUB_ACTIONS === "true" ? (GITHUB_WORKSPACE ?? process.cwd()) : null;
}

/** An error at a line of a file, as one line of output. */
export function annotation(workspace: string, file: string, line: number, message: string): string {
  const place = property(relative(workspace, resolve(file)));
  return `::error file=${place},line=${line},title=${property("l2i replay")}::${escaped(message)}\n`;
}

/** Tags and messages come from logs: `##[` begins a command wherever it stands in a line. */
export const withoutCommands = (text: string): string => text.replaceAll("##[", "# #[");

const escaped = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string => escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
