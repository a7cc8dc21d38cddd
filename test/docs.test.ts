// The docs are true: what their pages tell one to save and to type works, in its order, and prints what they show. The dashboard
// finds in a real InfluxDB what the tutorial wrote there.
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { startInfluxdb } from "./servers/influxdb.ts";
import { binary } from "./servers/packages.ts";
import { startVictoriaMetrics } from "./servers/victoria-metrics.ts";

const influxdb = await startInfluxdb();
const victoriaMetrics = await startVictoriaMetrics();
const influx = await binary("influxdb-client", "/usr/bin/influx");

const folder = mkdtempSync(join(tmpdir(), "l2i-docs-"));
cpSync("fixtures", join(folder, "fixtures"), { recursive: true });
afterAll(async () => {
  await Promise.all([influxdb.stop(), victoriaMetrics.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The stores of the docs are those of the test. */
const here = (text: string): string =>
  text.replaceAll("http://localhost:8086", influxdb.url).replaceAll("http://localhost:8428", victoriaMetrics.url);

/** Runs a command as a person would who has installed l2i and the client of InfluxDB; standard error goes with the rest. */
async function shell(command: string): Promise<string> {
  const { hostname, port } = new URL(influxdb.url);
  const tools = [
    `l2i() { "${process.execPath}" "${resolve("dist/l2i.js")}" "$@"; }`,
    `influx() { "${influx.path}" -host ${hostname} -port ${port} "$@"; }`,
  ];
  const script = [...tools, "exec 2>&1 </dev/null", here(command)].join("\n");
  const options = { cwd: folder, env: { ...influx.env, HOME: folder } };
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], options).catch((error) => {
    throw new Error(`${command}\n${error.stdout}`, { cause: error });
  });
  return stdout;
}

const pages = readdirSync("docs", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));

/** What a page tells one to do: files to save, and commands with some of what they print. */
function* stepsOf(page: string): Generator<{ file: string; text: string } | { command: string; shown: string[] }> {
  const blocks = /(?:Save this\s+as\s+`([^`]+)`:\n\n```\w+|```console)\n(.*?)```/gs;
  for (const [, file, text = ""] of readFileSync(join("docs", page), "utf8").matchAll(blocks))
    if (file !== undefined) yield { file, text };
    else
      for (const each of text.split(/^\$ /m).slice(1)) {
        const [command = "", ...shown] = each.trimEnd().split("\n");
        yield { command, shown };
      }
}

test.each(pages.filter((page) => [...stepsOf(page)].length > 0))("docs/%s", async (page) => {
  for (const step of stepsOf(page))
    if ("file" in step) writeFileSync(join(folder, step.file), here(step.text));
    else {
      const printed = await shell(step.command);
      for (const line of step.shown) expect(`${step.command}\n${printed}`).toContain(line);
    }
});

test("the dashboard finds what the tutorial wrote", async () => {
  const { panels, templating } = JSON.parse(readFileSync("docs/grafana-dashboard.json", "utf8"));
  const queries: string[] = [
    ...templating.list.map(({ query }: { query: string }) => query),
    ...panels.flatMap(({ targets }: { targets: { query: string }[] }) => targets.map(({ query }) => query)),
  ];
  expect(queries).toHaveLength(10);
  for (const query of queries) {
    const asked = query
      .replaceAll(
        "$timeFilter",
        query.includes("l2i_run") ? "time > now() - 1h" : "time >= '2025-10-26' AND time < '2025-10-27'",
      )
      .replaceAll("$__interval", "1h")
      .replaceAll(/\/\^\$(?:host|log)\$\//g, "/^.*$/");
    const rows = await influxdb.query(asked, "web");
    const columns = Object.entries(rows.find((row) => Object.values(row).every((value) => value !== null)) ?? {});
    expect({ query, columns }).toMatchObject({ columns: expect.arrayContaining([expect.anything()]) });
  }
});

test("links lead somewhere", () => {
  const files = [...pages.map((page) => join("docs", page)), "README.md", "CONTRIBUTING.md"];
  const broken = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)]
      .map(([, link]) => join(dirname(file), link!))
      .filter((target) => !existsSync(target))
      .map((target) => `${file}: ${target}`),
  );
  expect(broken).toEqual([]);
});
