// `l2i replay`: our own golden cases, and what CI sees when one of them differs.
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { sampled } from "../sampled.ts";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { combined, Desk } from "./desk.ts";
import { l2i, shell } from "./program.ts";

const cases = readdirSync("fixtures/cases").toSorted();

test("the golden cases are as expected", async () => {
  const { code, stdout, stderr } = await l2i(["replay", resolve("fixtures")]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  expect(lines.pop()).toBe(`${cases.length} passed, 0 failed`);
  for (const [index, line] of lines.entries())
    expect(line).toMatch(new RegExp(`^ok {7}\\S+/${cases[index]}: \\d+ points$`));
});

test("a changed expectation is exit 1 and a readable difference; --update mends it", async () => {
  using desk = new Desk();
  cpSync("fixtures/cases/downloads", desk.path("downloads"), { recursive: true });
  cpSync("fixtures/cases/torn-line", desk.path("torn-line"), { recursive: true });
  const good = desk.read("downloads/expected.lp");
  const lines = good.split("\n");
  const changed = [
    lines[1]!.replace("count=1i", "count=2i"),
    ...lines.slice(2),
    "downloads,file=ghost count=1i 1761439260000000000",
    "",
  ];
  desk.write("downloads/expected.lp", changed.join("\n"));

  const differs = await desk.l2i(["replay", "downloads", "torn-line"]);
  expect(differs).toEqual({
    code: 1,
    stderr: "",
    stdout: `differs  downloads: 3 points (- expected, + came out, ~ both; --update takes it over)
  2025-10-26T00:41:00Z
    + file=a,b=c%20d.zip status=200  count=1i,bytes_sum=753,bytes_min=753,bytes_max=753
    - file=ghost                     count=1i
  2025-10-26T01:41:00Z
    ~ file=image.iso status=200      count 2 → 1
ok       torn-line: 3 points
1 passed, 1 failed
`,
  });

  const onGithub = await desk.l2i(["replay", "downloads"], {
    env: { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: desk.folder, FORCE_COLOR: "1" },
  });
  expect(onGithub.stdout).toContain("\u001b[33m~ file=image.iso status=200      count 2 → 1\u001b[0m\n");
  expect(onGithub.stdout).toMatch(
    /\n::error file=downloads\/expected\.lp,line=1,title=l2i replay::downloads: 3 points .*%0A {4}\+ file=a,b=c%2520d\.zip status=200 {2}count=1i.*\n0 passed, 1 failed\n$/,
  );

  const updated = await desk.l2i(["replay", ".", "--update"]);
  expect(updated).toEqual({
    code: 0,
    stderr: "",
    stdout: "updated  downloads: 7 points, 3 changed\nok       torn-line: 3 points\n2 passed, 0 failed\n",
  });
  expect(desk.read("downloads/expected.lp")).toBe(good);
  expect(await desk.l2i(["replay", "."])).toMatchObject({ code: 0 });
});

test("a case is played in a copy: nothing in its folder changes", async () => {
  using desk = new Desk();
  cpSync("fixtures/cases/rename-and-gzip", desk.path("case"), { recursive: true });
  const before = desk.snapshot();
  expect(await desk.l2i(["replay", "case"])).toMatchObject({ code: 0 });
  expect(desk.snapshot()).toEqual(before);
});

test("a new case has no expectation yet; --update writes it", async () => {
  using desk = new Desk()
    .log(3)
    .write("case.json", { invocation: { pipeline: "requests", log: "access.log" }, now: "2025-10-26T02:00:00Z" });
  expect(await desk.l2i(["replay", "."])).toMatchObject({
    code: 1,
    stdout:
      'failed   .: there is no expected.lp yet; "l2i replay --update ." writes it, then read it\n0 passed, 1 failed\n',
  });
  expect(await desk.l2i(["replay", "--update", "."])).toMatchObject({
    code: 0,
    stdout: "updated  .: 2 points\n1 passed, 0 failed\n",
  });
  expect(desk.read("expected.lp")).toMatch(/^requests,host=replay,log=access\.log,method=GET,status=200 count=2i/);
});

test("a long difference is cut", async () => {
  using desk = new Desk()
    .log(combined.length)
    .write("expected.lp", "")
    .write("case.json", {
      invocation: { pipeline: "errors", log: "access.log" },
      now: "2025-10-26T02:00:00Z",
    });
  const { stdout } = await desk.l2i(["replay", "."]);
  expect(stdout).toMatch(/ {2}… and \d+ more \(-v shows all\)\n0 passed, 1 failed\n$/);
  expect(stdout.split("\n").length).toBeLessThan(50);
  expect((await desk.l2i(["replay", "-v", "."])).stdout).not.toContain("more");
});

test("a run that finds something else than expected fails the case, and a late line is marked", async () => {
  using desk = new Desk();
  cpSync("fixtures/cases/late-lines", desk.path("."), { recursive: true });
  const { steps, ...rest } = JSON.parse(desk.read("case.json"));
  desk.write("expected.lp", "");
  expect((await desk.l2i(["replay", "."])).stdout).toMatch(
    /\n {4}\+ method=\S+ status=\S+ \(late, at \d+ ms\) {2,}count=1i/,
  );
  steps[2].expect = { lines: 99, late: 0 };
  desk.write("case.json", { ...rest, steps });
  const { code, stdout } = await desk.l2i(["replay", "--update", "."]);
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: expect.stringMatching(
      /^failed {3}\.: step 3, run: lines is \d+, expected 99; step 3, run: late is \d+, expected 0; case\.json says what to expect\n/,
    ),
  });
});

test("on GitHub nothing from a log is a command", async () => {
  using desk = new Desk()
    .write("access.log", combined[0]!.replace("/api/orders/14650", "/##[error]x").replace(" 200 ", " 404 "))
    .write("expected.lp", "")
    .write("case.json", { invocation: { pipeline: "errors", log: "access.log" }, now: "2025-10-26T02:00:00Z" });
  const { stdout } = await desk.l2i(["replay", "."], { env: { GITHUB_ACTIONS: "true" } });
  const [commands, others] = [/^::/, /^(?!::)/].map((kind) => stdout.split("\n").filter((line) => kind.test(line)));
  expect(commands).toHaveLength(1);
  expect(others!.join("\n")).not.toContain("##[");
});

test("the example workflow does what it says", async () => {
  using desk = new Desk();
  cpSync("dist", desk.path("tools/l2i"), { recursive: true });
  cpSync("fixtures/cases", desk.path("rules/cases"), { recursive: true });
  const [, command = ""] = /- run: (.+)/.exec(readFileSync("docs/replay-workflow.yml", "utf8")) ?? [];
  expect(await shell(`GITHUB_ACTIONS=true FORCE_COLOR=1 ${command}`, desk.folder)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${cases.length} passed, 0 failed`),
  });
});

test.each<[said: string, content: object]>(
  sampled<[said: string, content: object]>([
    [
      'case.json: invocation.windw: is unknown; did you mean "window"?',
      { invocation: { pipeline: "requests", log: "access.log", windw: "1m" }, now: "2025-10-26T02:00:00Z" },
    ],
    ["case.json: now: is not a time such as 2026-01-02T03:04:05Z", { invocation: {}, now: "yesterday" }],
    ['case.json: the case: is to be {"invocation": …, "now": …}', []],
    ["case.json: invocation: is to be an entry of a multibrain, such as", { now: "2025-10-26T02:00:00Z" }],
    [
      "says what a run is to find",
      { invocation: {}, now: "2025-10-26T02:00:00Z", steps: [{ run: true, expect: { nope: 1 } }] },
    ],
    [
      'case.json: steps.0: is not a step such as {"run": true}',
      { invocation: {}, now: "2025-10-26T02:00:00Z", steps: [{ jump: "high" }] },
    ],
    [
      'step 1, {"rename":"nope.log","to":"access.log"}: there is no such file by then',
      {
        invocation: { pipeline: "requests", log: "access.log" },
        now: "2025-10-26T02:00:00Z",
        steps: [{ rename: "nope.log", to: "access.log" }],
      },
    ],
    ['step 1, {"run":true}: ', { invocation: { pipeline: "requests", log: "nope.log" }, now: "2025-10-26T02:00:00Z" }],
  ]),
)("a broken case fails with its place: %s", async (said, content) => {
  using desk = new Desk().log(1).write("case.json", content).write("expected.lp", "");
  const { code, stdout, stderr } = await desk.l2i(["replay", "."]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toMatch(/^failed {3}\.: /);
  expect(stdout).toContain(said);
  expect(stdout).not.toContain("/tmp/");
});

test("an expected.lp that is none fails its case, and the others are played", async () => {
  using desk = new Desk();
  for (const name of ["a", "b"]) {
    mkdirSync(desk.path(name));
    const invocation = { pipeline: "requests", log: "access.log" };
    desk.write(`${name}/case.json`, { invocation, now: "2025-10-26T02:00:00Z" }).write(`${name}/access.log`, "");
  }
  mkdirSync(desk.path("a/expected.lp"));
  desk.write("b/expected.lp", "");
  const { code, stdout, stderr } = await desk.l2i(["replay", "."]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toMatch(/^failed {3}a: .*expected\.lp cannot be read: .*\nok {7}b: 0 points\n/);
});

test("no case at all is wrong usage", async () => {
  using desk = new Desk();
  mkdirSync(desk.path("empty"));
  expect(await desk.l2i(["replay", "empty"])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: "l2i: there is no case.json in or below empty\n",
  });
  expect(await desk.l2i(["replay", "nowhere"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("nowhere cannot be read (ENOENT)"),
  });
});
