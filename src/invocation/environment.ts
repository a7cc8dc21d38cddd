// `${NAME}` in the strings of a multibrain stands for a variable of the environment, so that secrets and paths need not be
// in the file. `$${` stands for `${` itself, which nginx's log_format uses.
import type { Path, Problem } from "./problems.ts";

export type Environment = { readonly [name: string]: string | undefined };

/** What a string with a variable in it matches. */
export const referencePattern = /\$\{[A-Za-z_][A-Za-z0-9_]*\}/u;

/** The same value with the variables put in; keys stay as they are. A problem for each variable that is not there. */
export function putIn(
  value: unknown,
  environment: Environment,
): { readonly value: unknown; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  return { value: putInto(value, environment, [], problems), problems };
}

/** Nothing in a multibrain is nested deeper; what is, the schema refuses, and a hostile file cannot exhaust the stack. */
const deepest = 8;

function putInto(value: unknown, environment: Environment, path: Path, problems: Problem[]): unknown {
  if (typeof value === "string") return putIntoText(value, environment, path, problems);
  if (typeof value !== "object" || value === null || path.length > deepest) return value;
  if (Array.isArray(value)) return value.map((item, index) => putInto(item, environment, [...path, index], problems));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, putInto(item, environment, [...path, key], problems)]),
  );
}

function putIntoText(text: string, environment: Environment, path: Path, problems: Problem[]): string {
  return text.replace(/\$\$\{|\$\{([^}]*)(\}?)/gu, (whole, name: string | undefined, end: string) => {
    if (name === undefined) return "${";
    const found = variable(name, end, environment);
    if (found.problem !== undefined) problems.push({ path, message: found.problem });
    return found.value ?? whole;
  });
}

function variable(
  name: string,
  end: string,
  environment: Environment,
): { readonly value?: string; readonly problem?: string } {
  if (end === "" || !/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name)) {
    return { problem: 'has "${" without the name of a variable and "}"; write "$${" for a "${" that stays' };
  }
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value !== undefined) return { value };
  return { problem: `the environment has no variable ${name}; set it, or write "$\${" for a "\${" that stays` };
}
