// `l2i init`: what it writes passes `l2i check` and is what `l2i run` takes, and nothing is overwritten.
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { cronLine, systemdFiles } from "../../src/cli/init/schedule.ts";
import { withoutComments } from "../../src/invocation/json-comments.ts";
import { combined, Desk, linesOf } from "./desk.ts";
import { shell } from "./program.ts";

const elapsed = linesOf("apache-combined-elapsed.log").join("");
const haproxy =
  '127.0.0.1:43180 [26/Oct/2025:02:40:00.123] http-in web/srv1 0/0/1/5/6 200 312 - - ---- 1/1/0/0/0 0/0 "GET /a HTTP/1.1"\n';

/** Logs as servers keep them, with names that need quoting. */
function machine(): Desk {
  const desk = new Desk();
  const logs: { readonly [path: string]: string } = {
    "logs/nginx/access.log": combined.join(""),
    "logs/nginx/access.log.1": "of no interest",
    "logs/nginx/old.log.gz": "of no interest",
    "logs/apache 50% ${x}'s/access.log": elapsed,
    "logs/apache 50% ${x}'s/quiet.log": "",
    "logs/apache 50% ${x}'s/quiet.log.1": combined.slice(0, 3).join(""),
    "logs/empty.log": "",
    "logs/error.log": '2026/01/02 03:04:05 [error] 12#12: *3 open() "/x" failed (2: No such file or directory)\n',
    "logs/haproxy.log": haproxy,
    "logs/odd.log": "what is this\n",
  };
  for (const [path, text] of Object.entries(logs)) {
    mkdirSync(dirname(desk.path(path)), { recursive: true });
    desk.write(path, text);
  }
  return desk;
}

test("it shows what it found and would write, and writes nothing", async () => {
  using desk = machine();
  const before = desk.snapshot();
  const { code, stdout, stderr } = await desk.l2i(["init", "logs"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const found = stdout.split("\n\n")[0]!.replaceAll(desk.folder, "…").replaceAll(/ {2,}/g, "  ");
  expect(found).toBe(`Found:
  …/logs/apache 50% \${x}'s/access.log  combined_elapsed: requests, latency
  …/logs/apache 50% \${x}'s/quiet.log  combined: requests
  …/logs/empty.log  left out: holds no line yet, nor does a rotated file of it
  …/logs/error.log  left out: nginx_error, which tells neither requests nor latency
  …/logs/haproxy.log  haproxy_http: requests, latency
  …/logs/nginx/access.log  combined: requests
  …/logs/odd.log  left out: the format is not recognised`);
  expect(stdout).toContain("--- /etc/l2i/multibrain.json\n");
  expect(stdout).toMatch(/^\* \* \* \* \* \S+ \S+l2i\.js run \/etc\/l2i\/multibrain\.json$/m);
  expect(stdout).toContain("Nothing was written. To write these files, here or into another folder:\n");
  expect(desk.snapshot()).toEqual(before);
});

test("what it writes passes the check, and cron's own words run it to the end", async () => {
  using desk = machine();
  const { code, stdout } = await desk.l2i(["init", "logs", "--write", "conf 1%"]);
  expect(code).toBe(0);
  expect(stdout).toContain(`Written:\n  ${desk.path("conf 1%/multibrain.json")}\n`);

  const checked = await desk.l2i(["check", "-q", "conf 1%/multibrain.json"]);
  expect(checked).toEqual({ code: 0, stdout: "", stderr: "" });

  const [, line = ""] = desk.read("conf 1%/l2i.cron").trim().split("\n");
  expect(stdout).toContain(`\n  ${line}\n`);
  const command = line.slice("* * * * * ".length).replaceAll("\\%", "%");
  expect(await shell(command, "/")).toEqual({ code: 0, stdout: "", stderr: "" });
  // Each log once by its requests, and those with the time taken once more.
  const twice = 2 * (elapsed.split("\n").length - 1 + 1);
  expect(desk.counted("conf 1%/state/points.lp")).toBe(combined.length + twice);
});

test("rotated files that a shell named, too, are read with their log; alone they are logs", async () => {
  using desk = new Desk().log(10).write("access.log.1", combined[0]!).write("access.log.2.gz", gzipSync(combined[1]!));
  const found = async (...names: string[]): Promise<string> =>
    (await desk.l2i(["init", ...names])).stdout.split("\n\n")[0]!;
  const line = (name: string): string => `  ${desk.path(name)}  combined: requests`;
  expect(await found("access.log", "access.log.1", "access.log.2.gz")).toBe(`Found:\n${line("access.log")}`);
  expect(await found("access.log.1")).toBe(`Found:\n${line("access.log.1")}`);
});

test("a log of a strange name is left out, and a link to a folder not followed", async () => {
  using desk = new Desk().log(5);
  mkdirSync(desk.path("logs/below"), { recursive: true });
  for (const name of ["odd\n.log", "odd\u001b[31m.log", "good.log"]) desk.write(`logs/${name}`, combined[0]!);
  symlinkSync("..", desk.path("logs/below/loop"));
  symlinkSync("..", desk.path("logs/loop"));
  const { code, stdout } = await desk.l2i(["init", "logs", "--write", "conf"]);
  expect(code).toBe(0);
  expect(
    stdout
      .split("\n\n")[0]!
      .split("\n")
      .map((line) => line.replace(/^.*\//, "")),
  ).toEqual([
    "Found:",
    expect.stringMatching(/^good\.log +combined: requests$/),
    expect.stringMatching(/^odd\?\.log +left out: its name has characters that none should have; rename it$/),
    expect.stringMatching(/^odd\\x1b\[31m\.log +left out: /),
  ]);
});

test("what it proposes in comments is what a multibrain takes", async () => {
  using desk = machine();
  await desk.l2i(["init", "logs", "--write", "conf"]);
  const written = desk.read("conf/multibrain.json").replace('// "start"', '"start"');
  const stores = [...written.matchAll(/^ +\/\/ ("influxUrl".*)$/gm)].map(([, options]) => options!);
  expect(stores).toHaveLength(3);
  for (const options of stores) {
    desk.write("conf/store.json", written.replace(/"out": .*/, options));
    expect(await desk.l2i(["check", "-q", "--config-only", "conf/store.json"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  }
});

test("logs of the same name are told apart, times without zone get one", async () => {
  using desk = machine();
  await desk.l2i(["init", "logs", "--write", "conf"]);
  const { invocations } = JSON.parse(withoutComments(desk.read("conf/multibrain.json"))) as {
    invocations: { name?: string; brainfile: string; format: string; tag?: object; timezone?: string }[];
  };
  const brainfiles = invocations.map(({ brainfile }) => brainfile.replace(desk.path("conf/state/"), ""));
  expect(brainfiles.filter((name) => name.endsWith("-nginx-access.log.json"))).toEqual([
    "requests-nginx-access.log.json",
  ]);
  expect(invocations.find(({ name }) => name === "requests:nginx/access.log")).toMatchObject({
    tag: { log: "nginx/access.log" },
  });
  for (const { format, timezone } of invocations)
    expect(timezone).toEqual(format === "haproxy_http" ? expect.any(String) : undefined);
});

test("nothing is overwritten, and of several files none is written", async () => {
  using desk = machine();
  mkdirSync(desk.path("conf"));
  desk.write("conf/l2i.timer", "mine");
  const { code, stderr } = await desk.l2i(["init", "logs", "--write", "conf"]);
  expect(code).toBe(2);
  expect(stderr).toBe(
    `l2i: ${desk.path("conf/l2i.timer")}: there already, and nothing is overwritten; name another folder, or move it away\n`,
  );
  expect(desk.read("conf/l2i.timer")).toBe("mine");
  expect(desk.has("conf/multibrain.json")).toBe(false);
});

test.each<[code: number, said: RegExp, words: string[]]>([
  [2, /^l2i: \S+nowhere does not exist; name a log, or a folder of logs$/m, ["nowhere"]],
  [1, /^l2i: there is no log that a built-in pipeline counts; for a format of its own/m, ["logs/odd.log"]],
  [2, /^l2i: \S+odd\.log\/x cannot be made: a part of the path is a file/m, ["logs", "--write", "logs/odd.log/x"]],
])("exit %i, %s", async (expected, said, words) => {
  using desk = machine();
  const before = desk.snapshot();
  const { code, stderr } = await desk.l2i(["init", ...words]);
  expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringMatching(said) });
  expect(desk.snapshot()).toEqual(before);
});

test("words of cron and systemd", () => {
  const command = ["/usr/bin/node", "/opt/a b/$x%.js", 'it\'s "so"\\'];
  expect(cronLine(command)).toBe(`* * * * * /usr/bin/node '/opt/a b/$x\\%.js' 'it'\\''s "so"\\'`);
  const [service] = systemdFiles(command, 1000);
  expect(service!.text).toContain(`ExecStart=/usr/bin/node "/opt/a b/$$x%%.js" "it's \\"so\\"\\\\"\nUser=1000\n`);
});
