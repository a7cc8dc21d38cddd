// `l2i repl`: what is asked at the prompt, at a real terminal and through a pipe.
import { statSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { nasty, nastyLine } from "./hostile-lines.ts";
import { combined, Desk } from "./desk.ts";
import { expectPrintable } from "./program.ts";
import { Terminal } from "./terminal.ts";

const rule = (least: number): string =>
  `export default { fields: ["status"], categorize: ({ status }) => (status >= ${least} ? { status } : null) };\n`;

const prompt = /(?:^|\n)l2i> $/;

test("a session: ask, edit a rule, freeze it; the next one remembers what was typed", async () => {
  using desk = new Desk().log().write("fails.ts", rule(400));
  using terminal = new Terminal("repl --rule fails.ts access.log", { cwd: desk.folder, columns: 60 });
  const answer = async (typed: string): Promise<string> => {
    terminal.type(typed);
    const text = await terminal.shows(prompt);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    return text;
  };
  expect(await terminal.shows(prompt)).toContain("access.log: combined\n");
  expect(await answer("count(r => r.status >= 500)\r")).toMatch(/\n10\n/);
  expect(await answer('where(r => r.method === "POST").frequencies("status")\r')).toMatch(
    /\nstatus {2}count {3}share .*\n201 {8}15 {2}83\.3 %/,
  );
  // Which columns fit depends on what was drawn.
  expect(await answer("sample(2)\r")).toMatch(/\n(?:clientIp +)?method .*time .*status +bytes\n.* 2025-10-26T\S+Z /);
  expect(await answer("nope\r")).toContain("Uncaught ReferenceError: nope is not defined");
  expect(await answer("frequencies(rule)\r")).toMatch(/\n404 {8}22 [^]*77 records; 211 without an answer/);
  desk.write("fails.ts", rule(500));
  expect(await answer(".reload\r")).toContain("pipeline fails, reads status");
  expect(await answer("where(r => r.status > 499).frequencies(rule)\r")).toMatch(/\n503 {9}6 [^]*\n10 records/);
  expect(await answer(".freeze frozen\r")).toContain('frozen: 10 lines, 6 points; "l2i replay frozen" plays it');
  terminal.type(".exit\r");
  expect(await terminal.end()).toBe(0);

  expect(desk.read("frozen/fails.ts")).toBe(rule(500));
  expect(desk.read("frozen/access.log").match(/" 5\d\d /g)).toHaveLength(10);
  expect(await desk.l2i(["replay", "frozen"])).toMatchObject({ code: 0, stdout: expect.stringContaining("1 passed") });

  expect(statSync(desk.path(".local/state/l2i/repl_history")).mode & 0o777).toBe(0o600);
  using next = new Terminal("repl access.log", { cwd: desk.folder });
  await next.shows(prompt);
  next.type("\u001b[A\u001b[A"); // up, up
  await next.shows(/l2i> \.freeze frozen$/);
});

test("Ctrl-C stops a long count, not the session", async () => {
  using desk = new Desk().write("access.log", combined.join("").repeat(50));
  using terminal = new Terminal("repl access.log", { cwd: desk.folder });
  await terminal.shows(prompt);
  terminal.type(
    'count((seen => r => { if (seen++ === 0) console.log("it " + "began"); for (let i = 0; i < 1e6; i++); })(0))\r',
  );
  await terminal.shows(/it began/);
  terminal.type("\u0003");
  expect(await terminal.shows(prompt)).toBe("stopped\nl2i> ");
  terminal.type("count()\r");
  expect(await terminal.shows(prompt)).toMatch(/\n14400\n/);
  terminal.type("\u0003");
  await terminal.shows(/To exit, press Ctrl\+C again/);
  terminal.type("\u0004");
  expect(await terminal.end()).toBe(0);
});

test("a function that never ends is stopped, and the session goes on", async () => {
  using desk = new Desk().log();
  const text = await asked(desk, ["access.log"], "count(r => { for (;;); })", "count()");
  expect(text).toMatch(
    /what was asked of some 64 KiB of lines took more than 5 s and was stopped; does it end\?\n(?:l2i> )?288\n/,
  );
});

test("what is no question is said to be none", async () => {
  using desk = new Desk().log().write("endless.ts", "while (true);\n");
  const text = await asked(
    desk,
    ["access.log"],
    "where(async r => false).count()",
    "count(5)",
    "frequencies()",
    "sample(-1)",
    'frequencies("requests")',
    ".rule endless.ts",
    "count()",
  );
  for (const said of [
    "TypeError: give a function that answers at once",
    "TypeError: give a function of a record, such as r => r.status >= 500",
    "TypeError: sample takes how many records it is to show",
    "TypeError: requests is a pipeline, not the name of a field; write it without quotes",
    `what ${desk.path("endless.ts")} does when it is imported took more than 5 s and was stopped`,
    "288\n",
  ])
    expect(text).toContain(said);
});

test.each([
  [0, "count()"],
  [1, "count()\nnope\ncount()"],
  [1, "where(r => r.no.such).count()\ncount()"],
  [1, ".reload\ncount()"],
])("exit %d at the end of a file of questions: %j", async (code, input) => {
  using desk = new Desk().log();
  const result = await desk.l2i(["repl", "access.log"], { input: `${input}\n`, env: { HOME: desk.folder } });
  expect(result).toMatchObject({ code, stderr: "", stdout: expect.stringContaining("288\n") });
});

/** Types lines where no terminal is, and answers what was printed. */
async function asked(desk: Desk, words: readonly string[], ...lines: string[]): Promise<string> {
  const result = await desk.l2i(["repl", ...words], {
    input: lines.map((line) => `${line}\n`).join(""),
    env: { HOME: desk.folder },
  });
  expect(result.stderr).toBe("");
  expectPrintable(result);
  return result.stdout;
}

test("pipelines are objects, answers can be worked with, and what is typed ahead has its turn", async () => {
  using desk = new Desk()
    .write("a.log.gz", gzipSync(combined.slice(0, 100).join("")))
    .write("b.log", `garbage\n${combined.slice(100).join("")}`);
  const text = await asked(
    desk,
    ["a.log.gz", "b.log"],
    "const hits = await frequencies(r => r.method)",
    "hits.rows[0]",
    'frequencies(downloads.with({ prefix: "/nowhere/" }))',
    'requests.categorize({ method: "GET", status: 404 })',
    'frequencies("status,methd")',
    'downloads.with({ prefx: "x" })',
    "count(r => r.no.such)",
    "where(errors).count(r => { throw 5 })",
    "let last; for await (const r of where(r => r.status === 418)) last = r.uri; last",
    ".freeze x",
    ".rule nowhere.ts",
    "frequencies(r => null)",
  );
  expect(text).toContain("{ answer: 'GET', count: 237 }");
  expect(text).toContain("0 records; 288 without an answer; 1 line did not match the format");
  expect(text).toContain("{ method: 'GET', status: 404 }");
  expect(text).toContain('"status,methd" names no fields to count by; for "methd", did you mean "method"?');
  expect(text).toContain('"prefx" is unknown; did you mean "prefix"?');
  expect(text).toMatch(/Uncaught TypeError: Cannot read properties of undefined \(reading 'such'\)\n {4}at REPL/);
  expect(text).toContain("Uncaught Error: 5");
  expect(text).toContain("'/api/teapot'");
  expect(text).toContain("count by a pipeline first");
  expect(text).toContain("nowhere.ts: there is no such file");
});

test("what strangers wrote reaches no terminal raw", async () => {
  using desk = new Desk().write(
    "access.log",
    Buffer.concat([nastyLine(combined[0]!, "curl/7.88.1"), nasty, Buffer.from("\n")]),
  );
  const text = await asked(
    desk,
    ["access.log"],
    "sample(1)",
    'frequencies("userAgent,uri")',
    "const [r] = await sample(1)",
    "console.log(r.userAgent)",
    "r.userAgent",
    "throw r.userAgent",
    "throw new Error(r.userAgent)",
    "count(r => { throw r.userAgent })",
    "({ [r.userAgent]: r })",
  );
  expect(text.match(/\\x1b\[31mred/gi)!.length).toBeGreaterThan(6);
});

test("a frozen case has the columns of a W3C log, the format, and files that the rule imports", async () => {
  using desk = new Desk()
    .write(
      "w3c.log",
      "#Fields: date time cs-method sc-status\n2026-01-02 03:04:05 GET 200\n2026-01-02 03:04:06 GET 500\n",
    )
    .write("limit.ts", "export const least = 500;\n")
    .write(
      "rule.ts",
      'import { least } from "./limit.ts";\nexport default { fields: ["status"], categorize: ({ status }) => (status >= least ? { status } : null) };\n',
    );
  const text = await asked(
    desk,
    ["w3c.log", "--rule", "rule.ts"],
    "frequencies(rule)",
    ".freeze cases/one",
    ".freeze cases/one",
  );
  expect(text).toContain("cases/one: 2 lines, 1 point;");
  expect(text).toContain("cases/one is there already; name another one");
  expect(desk.read("cases/one/access.log")).toBe(desk.read("w3c.log"));
  expect(JSON.parse(desk.read("cases/one/case.json"))).toEqual({
    invocation: { pipeline: "./rule.ts", log: "access.log", format: "w3c" },
    now: "2026-01-02T03:04:07Z",
  });
  expect(await desk.l2i(["replay", "cases"])).toMatchObject({ code: 0 });
});

test.each<[said: RegExp, words: string[]]>([
  [/standard input is the keyboard here/, ["-"]],
  [/nowhere\.log does not exist/, ["nowhere.log"]],
  [/the format of odd\.log is not recognised/, ["odd.log"]],
  [/odd\.log is no module; name a file that ends in/, ["access.log", "--rule", "odd.log"]],
])("%s", async (said, words) => {
  using desk = new Desk().log(1).write("odd.log", "what is this\n");
  const { code, stdout, stderr } = await desk.l2i(["repl", ...words]);
  expect({ code: code === 0, stdout }).toEqual({ code: false, stdout: "" });
  expect(stderr).toMatch(said);
});
