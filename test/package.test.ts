// The package as those who write rules have it: the real tsc takes its types, and Node what it exports.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Script } from "node:vm";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "l2i-package-"));
mkdirSync(join(folder, "node_modules/l2i"), { recursive: true });
for (const name of ["dist", "package.json"]) cpSync(name, join(folder, "node_modules/l2i", name), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = ["--noEmit", "--strict", "--target", "es2023", "--types", "", "--allowImportingTsExtensions"];

/** What tsc says of rules. */
function checked(rules: readonly string[], moduleKind: string): string {
  for (const [index, rule] of rules.entries()) writeFileSync(join(folder, `rule${index}.ts`), rule);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const words = [resolve("node_modules/typescript/bin/tsc"), ...options, "--module", moduleKind];
  const resolution = moduleKind === "esnext" ? ["--moduleResolution", "bundler"] : [];
  const files = rules.map((_, index) => `rule${index}.ts`);
  return spawnSync(process.execPath, [...words, ...resolution, ...files], { cwd: folder, encoding: "utf8" }).stdout;
}

const right = `import { definePipeline, pathOf, type Attributes, type LogRecord, type Pipeline } from "l2i";
export const plain: Pipeline = { fields: ["status"], categorize: ({ status }) => ({ status }) };
export const loose = { fields: ["uri"], categorize: ({ uri }) => ({ path: pathOf(uri) }) } satisfies Pipeline;
export const isSlow = ({ elapsedUs }: Pick<LogRecord, "elapsedUs">, limit: number): boolean => (elapsedUs ?? 0) > limit;
export const none: Attributes = {};
export default definePipeline({
  fields: ["uri", "elapsedUs"],
  values: { elapsed_us: "elapsedUs" },
  options: { limit: 5, prefix: "/", agents: ["a"] },
  categorize: (record, { limit, prefix, agents }) =>
    isSlow(record, limit) && record.uri?.startsWith(prefix) ? { agents: agents.length, at: record.time } : null,
});
`;

test.each(["nodenext", "esnext"])("a right rule has no errors, with --module %s", (moduleKind) => {
  expect(checked([right], moduleKind)).toBe("");
});

test("the rules of docs/rules.md have none", () => {
  const rules = ["checkout", "monitoring", "releases", "orders", "searches"].map(
    (name) => `fixtures/cases/rule-${name}/${name}.ts`,
  );
  cpSync("fixtures/cases/rule-releases/products.json", join(folder, "products.json"));
  const texts = rules.map((path) => readFileSync(path, "utf8"));
  expect(checked(texts, "nodenext")).toBe("");
});

const define = (rest: string) => `import { definePipeline } from "l2i";\nexport default definePipeline({ ${rest} });\n`;

test("tsc refuses rules that cannot be right", () => {
  const wrong: [rule: string, message: string][] = [
    [define('fields: ["uri"], categorize: ({ status }) => ({ status })'), "'status' does not exist"],
    [define('fields: ["url"], categorize: () => null'), "is not assignable to type"],
    [define('fields: ["uri"], categorize: ({ uri }) => ({ a: uri.length })'), "'uri' is possibly 'null'"],
    [define('fields: ["uri"], categorize: () => ({ a: {} })'), "is not assignable to type"],
    [define('fields: ["uri"], categorize: async () => null'), "is not assignable to type"],
  ];
  const said = checked(
    wrong.map(([rule]) => rule),
    "nodenext",
  ).split(/^(?=rule\d)/m);
  for (const [index, [, message]] of wrong.entries())
    expect(said.find((each) => each.startsWith(`rule${index}.ts`))).toContain(message);
});

test("what rules import runs in Node as well, for their own tests", () => {
  writeFileSync(join(folder, "try.mjs"), 'import { routeOf } from "l2i"; process.stdout.write(routeOf("/a/b"));');
  expect(execFileSync(process.execPath, ["try.mjs"], { cwd: folder, encoding: "utf8" })).toBe("a");
});

const parts = join(folder, "node_modules/l2i/dist/parts");
const cachePath = join(parts, readdirSync(parts).find((name) => name.endsWith(".cache")) ?? "no cache");

test("this Node takes what V8 made of the program at the build", () => {
  const source = readFileSync(cachePath.replace(/cache$/, "cjs"), "latin1");
  expect(new Script(source, { cachedData: readFileSync(cachePath) }).cachedDataRejected).toBe(false);
});

test.each([
  ["of another V8", (cache: Buffer) => cache.fill(7, 4, 8)],
  ["cut short", (cache: Buffer) => cache.subarray(0, 1000)],
  ["empty", () => Buffer.alloc(0)],
  ["missing", () => null],
])("without it, since it is %s, the program runs all the same", (_, change) => {
  const before = readFileSync(cachePath);
  const cache = change(Buffer.from(before));
  if (cache) writeFileSync(cachePath, cache);
  else rmSync(cachePath);
  const words = ["load", "requests", "fixtures/logs/apache-combined.log"];
  const ran = spawnSync(process.execPath, [join(parts, "../l2i.js"), ...words], { encoding: "utf8" });
  writeFileSync(cachePath, before);
  expect(ran).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("288 lines") });
});
