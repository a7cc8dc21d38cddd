// What a rule has at hand besides the language: what it could end the program with, or write into the points that go to standard
// output, is another one there.
import { Console } from "node:console";
import { nearest } from "../invocation/nearest.ts";
import * as api from "../rules.ts";

/** Standard output is for data. */
export const ruleConsole = new Console(process.stderr, process.stderr);

/** Node's own, but that it cannot end the program, nor say with which code it ends. */
export const ruleProcess: NodeJS.Process = Object.create(process, {
  ...Object.fromEntries(["exit", "reallyExit", "abort", "kill"].map((name) => [name, { value: refusal(name) }])),
  exitCode: { value: undefined, writable: true },
  stdout: { value: process.stderr },
});

function refusal(name: string): () => never {
  return () => {
    throw new Error(`process.${name} is not for rules: one must not end the program, in which others count, too`);
  };
}

/** Only what is not there is looked for in the prototype, so what is there costs nothing. */
const missing = new Proxy(Object.create(null), {
  get(_, name) {
    if (typeof name === "symbol" || interoperation.has(name)) return undefined;
    const meant = nearest(name, Object.keys(api));
    throw new Error(`"l2i" exports no ${name}; ${meant ? `did you mean ${meant}?` : `there are ${exported}`}`);
  },
});

/** What is asked of any module, to learn of which kind it is. */
const interoperation: ReadonlySet<string> = new Set(["__esModule", "default"]);

const exported = Object.keys(api).join(", ");

const ruleApi: Record<string, unknown> = Object.assign(Object.create(missing), api);

const modules: { readonly [name: string]: unknown } = {
  l2i: ruleApi,
  process: ruleProcess,
  "node:process": ruleProcess,
  console: ruleConsole,
  "node:console": ruleConsole,
};

/** The module of that name that is another one for rules; undefined where Node's is as good. */
export function moduleForRules(name: string): unknown {
  return Object.hasOwn(modules, name) ? modules[name] : undefined;
}

/** Throws for the first name that CommonJS code takes from "l2i" and that is not there: imports are not looked at before they are used. */
export function refuseUnknownImports(code: string): void {
  const variable = /\bvar (_l2i\d*) = require\(['"]l2i['"]\)/.exec(code)?.[1];
  if (variable === undefined) return;
  for (const [, name = ""] of code.matchAll(new RegExp(String.raw`\b${variable}\.(\w+)`, "g"))) void ruleApi[name];
}
