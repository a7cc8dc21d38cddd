// The README is true: its commands run and print what it shows. So is the table of options in docs/reference.md: it is the schema's.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { invocationOptions } from "../src/invocation/options.ts";
import { descriptionOf } from "../src/invocation/schema.ts";

const readme = readFileSync("README.md", "utf8");

/** A checkout of its own, since commands leave files behind. */
const checkout = mkdtempSync(join(tmpdir(), "l2i-readme-"));
for (const name of [
  "dist",
  "fixtures",
  "packaging",
  "src",
  "package.json",
  "esbuild.config.mjs",
  "tsconfig.json",
  "tsconfig.types.json",
  "multibrain.example.json",
])
  cpSync(name, join(checkout, name), { recursive: true });
symlinkSync(resolve("node_modules"), join(checkout, "node_modules"));
mkdirSync(join(checkout, ".cache"));
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

const l2i = resolve("dist/l2i.js");
const shell = (command: string): string =>
  execFileSync("bash", ["-euc", `l2i() { "${process.execPath}" "${l2i}" "$@"; }\n${command}`], {
    cwd: checkout,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

const examples = [...readme.matchAll(/```console\n(.*?)```/gs)].flatMap(([, block]) =>
  block!
    .split(/^\$ /m)
    .slice(1)
    .map((text): [command: string, shown: string[]] => {
      const [command = "", ...shown] = text.trimEnd().split("\n");
      return [command, shown];
    }),
);

test.each(examples)("$ %s", (command, shown) => {
  const printed = shell(command);
  for (const line of shown) expect(printed).toContain(line);
});

test("npm start builds and loads the example; once more, nothing is new and nothing is written", () => {
  const points = join(checkout, ".cache/points.lp");
  const start = (): string => execFileSync("bash", ["-c", "npm start 2>&1"], { cwd: checkout, encoding: "utf8" });
  rmSync(join(checkout, ".cache"), { recursive: true });
  expect(start()).toContain("288 new lines");
  const written = readFileSync(points, "utf8");
  expect(written).toContain("requests,host=www1,log=apache-combined.log,method=GET,status=200 count=");
  expect(start().match(/nothing new/g)).toHaveLength(4);
  expect(readFileSync(points, "utf8")).toBe(written);
});

test("the table of options is the schema's", () => {
  const rows = invocationOptions().map(
    (option) => `| \`${option.flags.replaceAll("|", "\\|")}\` | ${option.description.replaceAll("|", "\\|")} |`,
  );
  const table = [
    "| option | meaning |",
    "|---|---|",
    `| \`<pipeline>\`, key \`pipeline\` | ${descriptionOf("pipeline")} |`,
    ...rows,
    `| key \`classify\` | ${descriptionOf("classify")} |`,
    `| key \`zeros\` | ${descriptionOf("zeros")} |`,
  ].join("\n");
  const shown = /<!-- options:[^>]*-->\n(.*?)\n?<!-- \/options -->/s.exec(
    readFileSync("docs/reference.md", "utf8"),
  )?.[1];
  expect(shown).toBe(table);
});
