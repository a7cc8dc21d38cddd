// Rules that users write: they count as built-in pipelines do, and whatever is wrong with one is said and loses no line.
import { writeFileSync } from "node:fs";
import { sampled } from "../sampled.ts";
import { expect, test } from "vitest";
import { startStandIn } from "../sink/stand-in.ts";
import { combined, Desk, linesOf } from "./desk.ts";
import { expectPrintable, jsonLines } from "./program.ts";

const statusRule = `export default { fields: ["status"], categorize: ({ status }) => ({ status }) };\n`;

const load = (desk: Desk, ...words: string[]) => desk.l2i(["load", ...words]);

/** Without the host and the rule's name. */
const plain = (points: string): string[] =>
  points
    .replaceAll(/^\w+,host=[^,]*/gm, "")
    .split("\n")
    .toSorted();

test("TypeScript with files that it imports, types, options and the functions of l2i", async () => {
  using desk = new Desk()
    .log()
    .write(
      "checkout.ts",
      `import { definePipeline, routeOf, type LogRecord } from "l2i";
import type { Nothing } from "./not-there.ts";
import { readFileSync } from "node:fs";
import { classOf } from "./class.ts";
import monitors from "./monitors.json" with { type: "json" };

type Status = LogRecord["status"];
export default definePipeline({
  fields: ["uri", "status", "clientIp"],
  values: { bytes: "bytes" },
  options: { only: 0, classes: true },
  categorize: ({ uri, status, clientIp }, { only, classes }) => {
    const known: Status = status!;
    if (only !== 0 && known !== only) return null;
    return { route: routeOf(uri), answer: classes ? classOf(known) : String(known), monitor: monitors.includes(clientIp as string) };
  },
});
`,
    )
    .write("class.ts", "export const classOf = (status: number | null): string => `${Math.floor(status! / 100)}xx`;\n")
    .write("monitors.json", ["127.0.2.5"]);
  const all = await load(desk, "./checkout.ts", "access.log", "--out", "-", "--host", "desk");
  expect(all).toMatchObject({ code: 0, stderr: "" });
  expect(all.stdout).toMatch(
    /^checkout,answer=2xx,host=desk,log=access\.log,monitor=false,route=[^ ]+ count=\d+i,bytes_sum=/m,
  );
  const some = await load(desk, "./checkout.ts", "access.log", "--set", "only=404", "--set", "classes=false");
  expect(some.stdout).toContain("404");
  expect(some.stdout).not.toContain("4xx");
  expect(await load(desk, "./checkout.ts", "access.log", "--set", "only=many")).toMatchObject({
    code: 2,
    stderr: 'l2i: checkout:access.log: --set for the pipeline checkout: only: "many" is no number\n',
  });
});

test("a rule counts what the built-in pipeline counts that does the same, with and without threads", async () => {
  const body = `import { httpMethods } from "./methods.mjs";
export default {
  fields: ["method", "status"],
  optional: ["bytes"],
  values: { bytes: "bytes" },
  categorize: ({ method, status }) => ({ method: httpMethods.includes(method) ? method : "invalid", status: status ?? "none" }),
};`;
  using desk = new Desk()
    .write("requests.js", body)
    .write(
      "methods.mjs",
      `export const httpMethods = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "PROPFIND", "CONNECT", "TRACE"];`,
    );
  const lines = combined.join("");
  desk.write("access.log", lines.repeat(Math.ceil((34 * 1024 * 1024) / lines.length)));
  const [builtin, own, threads] = [
    await load(desk, "requests", "access.log", "--out", "-"),
    await load(desk, "./requests.js", "access.log", "--out", "-"),
    await load(desk, "./requests.js", "access.log", "--out", "-", "--jobs", "2"),
  ];
  expect(plain(own.stdout)).toEqual(plain(builtin.stdout));
  expect(threads).toEqual(own);
});

const right = 'a rule looks like this: export default { fields: ["status"], categorize:';

test.each(
  sampled<[what: string, text: string, message: string]>([
    ["nothing exported", "export const x = 1;", `rule.mjs: has no default export; ${right}`],
    ["no object", "export default 5;", `rule.mjs: the default export is no object; ${right}`],
    [
      "wrong keys",
      'export default { field: [], fields: ["statsu"], values: { b: "uri" }, options: { a: {} } };',
      'rule.mjs: fields[0]: "statsu" is no field; did you mean "status"?; values.b: "uri" is no numeric field; there are status, bytes, port, elapsedUs; options.a is no default of an option; give text, a number, true, false or a list of texts; categorize is missing; "field" is unknown; did you mean "fields"?; a rule',
    ],
    [
      "wrong values and zeros",
      'export default { fields: [], values: { a: { field: "uri", quantile: true }, b: { field: "bytes", buckets: [2, 1] }, c: { field: "bytes", buckets: [] } }, zeros: [{ host: 1 }, { a: null }], categorize: () => null };',
      'rule.mjs: values.a.field: "uri" is no numeric field; there are status, bytes, port, elapsedUs; "quantile" is unknown; did you mean "quantiles"?; values.b.buckets are no growing numbers from 0 on; give upper bounds such as [0.1, 1, 10]; values.c.buckets are none; give upper bounds, or leave them out; zeros[0].host is not the name of an attribute; choose one that is neither a tag nor a field of every point, without control characters, "\\" and "="; zeros[1].a is not text, a number, true or false; a rule',
    ],
    [
      "no function",
      'export default { fields: [], categorize: "x" };',
      "categorize is no function; give one that answers",
    ],
    ["a syntax error", "export default {\n  fields: [,\n", "rule.mjs is no JavaScript that can be read, line "],
    [
      "one that only V8 finds",
      "\nlet x = 1;\nlet x = 2;",
      "read: Identifier 'x' has already been declared (rule.mjs, line 3)",
    ],
    ["a throw", '\nthrow new Error("out\\nof order");', "rule.mjs threw when it was imported: out (rule.mjs, line 2)"],
    ["await", "export default await 3;", "; a rule is made at once: nothing in it can be waited for"],
    [
      "the end of the program",
      "\nprocess.exit(0);",
      "rule.mjs threw when it was imported: process.exit is not for rules: one must not end the program, in which others count, too (rule.mjs, line 2)",
    ],
    [
      "the end of the program by an import",
      'import { exit } from "node:process";\nexit();',
      "process.exit is not for rules: one must not end the program, in which others count, too (rule.mjs, line 2)",
    ],
    [
      "a name that l2i does not export",
      'import { patOf } from "l2i";\nexport default { fields: [], categorize: () => ({ path: patOf("/") }) };',
      'rule.mjs threw when it was imported: "l2i" exports no patOf; did you mean pathOf?',
    ],
    ["an import that is not there", 'import "./lost.ts";', "lost.ts: there is no such file; "],
    [
      "a package that is not there",
      'import "no-such";',
      "threw when it was imported: Cannot find module 'no-such' (rule.mjs, line 1)",
    ],
    [
      "an import without its ending",
      'import "./lost";',
      "lost is no module; name a file that ends in .ts, .js or .mjs, in imports, too",
    ],
  ]),
)("a wrong module is told what is wrong: %s", async (_, text, message) => {
  using desk = new Desk().log(3).write("rule.mjs", text);
  const result = await load(desk, "./rule.mjs", "access.log");
  expect(result).toMatchObject({ code: 2, stdout: "" });
  expect(result.stderr.replaceAll(`${desk.folder}/`, "")).toContain(message);
  expect(result.stderr).toMatch(/^l2i: rule:access\.log: /);
  expect(result.stderr.match(/\n/g)).toHaveLength(1);
});

test("a file that is not there, or no module", async () => {
  using desk = new Desk().log(3).write("rule.txt", "");
  expect((await load(desk, "./lost.ts", "access.log")).stderr).toContain("lost.ts: there is no such file");
  expect((await load(desk, "./rule.txt", "access.log")).stderr).toContain("is no module; name a file that ends in .ts");
});

test.each(
  sampled<string[]>([
    [
      "it throws",
      "({ uri }) => {\n    return { first: uri.nothing.at(0) };\n  }",
      "Cannot read properties of undefined (reading 'at') (rule.ts, line 4)",
    ],
    [
      "a promise",
      "async () => { throw new Error('nobody waits for this'); }",
      "it answered with a promise (categorize must not be async), not with a hash",
    ],
    ["it ends the program", "() => process.exit(0)", "process.exit is not for rules: one must not end the program"],
    ["a list", "() => ['a']", "it answered with a list, not with a hash such as { status: 404 }, or null"],
    ["text", "() => 'GET'", "it answered with a string, not with a hash"],
    ["a map", "() => new Map()", "it answered with an object of the class Map, not"],
    [
      "a nested object",
      "() => ({ a: { b: 1 } })",
      'it answered with an object as the attribute "a"; attributes are text, numbers or booleans',
    ],
    ["a list as attribute", "() => ({ a: [] })", 'it answered with a list as the attribute "a"'],
    ["a function", "() => ({ a: () => 1 })", 'it answered with a function as the attribute "a"'],
  ]),
)("lines on which it fails are counted, and the first is named: %s", async (_, categorize, message) => {
  using desk = new Desk()
    .log(20)
    .write("rule.ts", `export default {\n  fields: ["uri"],\n  categorize: ${categorize},\n};\n`);
  const result = await load(desk, "./rule.ts", "access.log", "--json");
  expect(result.code).toBe(0);
  expect(jsonLines(result.stdout)[0]).toMatchObject({ lines: 20, matched: 0, failed: 20, pipeline: "rule" });
  expect(jsonLines(result.stderr)[0]!["msg"]).toContain(
    `rule:access.log: the pipeline rule failed on 20 lines, first on the one at byte 0 of access.log: ${message}`,
  );
  expectPrintable(result);
});

test("what a rule prints goes to standard error, and its process may have another name", async () => {
  const text = `const process = globalThis.process; // not the one at hand
console.log("from", typeof process.pid);
export default { fields: ["status"], categorize: ({ status }) => (console.info("asked"), { status }) };`;
  using desk = new Desk().log(1).write("rule.mjs", text);
  const { code, stdout, stderr } = await load(desk, "./rule.mjs", "access.log", "--out", "-");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^rule,host=.*\n$/);
  expect(stderr).toBe("from number\nasked\n");
});

test("a rule that ends the program all the same, as packages can, does not pass for a run that is done", async () => {
  using desk = new Desk()
    .log()
    .write("rule.mjs", "export default { fields: [], categorize: () => globalThis.process.exit(0) };");
  expect(await load(desk, "./rule.mjs", "access.log")).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "l2i: stopped before all was done by a rule, or a package that it imports, which ended the program; what brainfiles acknowledge is safe\n",
  });
});

test("a rule that leaves a timer behind does not keep the program, nor cut what it writes", async () => {
  using desk = new Desk()
    .log()
    .write("rule.mjs", `setInterval(() => {}, 1e6);\n${statusRule.replace('["status"]', '["time", "status"]')}`);
  const { code, stdout, stderr } = await load(desk, "./rule.mjs", "access.log", "--out", "-");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.endsWith("\n")).toBe(true);
});

test.each([
  ["a promise", "async () => { throw new Error('too late'); }"],
  ["a timer", "() => setTimeout(() => { throw new Error('too late'); })"],
])("what a rule leaves behind is no bug of l2i when it fails: %s", async (_, leave) => {
  using desk = new Desk()
    .log()
    .write(
      "rule.mjs",
      `const leave = ${leave};\nexport default { fields: [], categorize: () => (void leave(), { a: 1 }) };`,
    );
  desk.write("access.log", combined.join("").repeat(50));
  const { code, stderr } = await load(desk, "./rule.mjs", "access.log");
  expect(code).toBe(1);
  expect(stderr).toBe(
    `l2i: what a rule left running failed: too late (${desk.path("rule.mjs")}, line 1); a rule answers at once, so let it leave no promise or timer behind. What brainfiles acknowledge is safe\n`,
  );
});

test("a rule that takes its time is named", async () => {
  using desk = new Desk()
    .write("access.log", combined.join("").repeat(12))
    .write(
      "rule.mjs",
      'export default { fields: ["time"], categorize: ({ time }) => { const end = performance.now() + 0.2; while (performance.now() < end); return { odd: time % 2 }; } };',
    );
  const { stderr } = await load(desk, "./rule.mjs", "access.log");
  expect(stderr).toMatch(
    /the pipeline rule takes \d+ µs for \d+ % of the lines, where a usual one takes less than 1 µs; look for/,
  );
});

test("a very slow one is named in a short run, too", async () => {
  using desk = new Desk()
    .log(50)
    .write(
      "rule.mjs",
      'export default { fields: ["time"], categorize: () => { const end = performance.now() + 5; while (performance.now() < end); return {}; } };',
    );
  const { stderr } = await load(desk, "./rule.mjs", "access.log");
  expect(stderr).toMatch(/the pipeline rule takes \d+ µs for 100 % of the lines/);
});

test("a namespace would be lost, and is refused; text like one is not", async () => {
  const text = "/*\nnamespace a {\n*/\ndeclare namespace b {}\n";
  using desk = new Desk()
    .log(3)
    .write("right.ts", text + statusRule)
    .write("wrong.ts", `${text}export namespace c {\n  export const d = 1;\n}\n${statusRule}`);
  expect(await load(desk, "./right.ts", "access.log")).toMatchObject({ code: 0, stderr: "" });
  expect(await load(desk, "./wrong.ts", "access.log")).toMatchObject({
    code: 2,
    stderr: `l2i: wrong:access.log: ${desk.path("wrong.ts")}, line 5: there are no namespaces in rules; export what it holds from a file of its own\n`,
  });
});

test("an attribute that is called like a field of the points is refused", async () => {
  const values = 'fields: ["status"], values: { bytes: "bytes" }';
  using desk = new Desk()
    .log(3)
    .write("rule.mjs", `export default { ${values}, categorize: () => ({ bytes_max: 1 }) };`)
    .write("good.mjs", `export default { ${values}, categorize: () => ({ bytes: 1 }) };`);
  expect((await load(desk, "./good.mjs", "access.log")).code).toBe(0);
  const refused = await load(desk, "./rule.mjs", "access.log");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    'the pipeline rule answered with the attribute "bytes_max", which is a field of its',
  );
  expect((await desk.l2i(["check", "--pipeline", "./rule.mjs"])).stdout).toContain(
    'PROBLEM  rule           it answers with the attribute "bytes_max", which is kept',
  );
  desk.multibrain({ pipeline: "./good.mjs", classify: [{ when: {}, set: { bytes_sum: 1 } }] });
  expect((await desk.run()).stderr).toContain(
    "classify[0].set.bytes_sum: the pipeline good has a field of this name; choose another name",
  );
});

test("a rule may change its record: neither its neighbours nor its values are touched", async () => {
  const spoil = "(record) => { const { status } = record; record.status = record.bytes = 1; return { status }; }";
  using desk = new Desk()
    .log()
    .write(
      "rule.mjs",
      `export default { fields: ["status", "bytes"], values: { bytes: "bytes" }, categorize: ${spoil} };`,
    );
  const entry = { log: "access.log", host: "desk", format: '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"' };
  const kept = statusRule.replace('["status"]', '["status", "bytes"], values: { bytes: "bytes" }');
  desk.write("kept.mjs", kept).write("multibrain.json", [
    { ...entry, pipeline: "rule.mjs", brainfile: "a.json", out: "a.lp" },
    { ...entry, pipeline: "./kept.mjs", brainfile: "b.json", out: "b.lp" },
  ]);
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  const points = (name: string) => plain(desk.read(name)).filter((line) => !line.includes("duration_ms"));
  expect(points("a.lp")).toEqual(points("b.lp"));
});

test("a changed rule, or a file that it imports, is noticed at once, and closes windows", async () => {
  using desk = new Desk()
    .log(100)
    .write("rule.ts", 'import { word } from "./word.ts";\nexport default { fields: [], categorize: () => ({ word }) };')
    .write("word.ts", 'export const word = "one";');
  desk.multibrain({ pipeline: "./rule.ts", lateness: "1d" });
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  const { fingerprint, validated } = desk.brain();
  expect(validated).toMatchObject({ rule: [desk.path("rule.ts"), desk.path("word.ts")] });
  const quiet = desk.read("brain.json");
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(desk.read("brain.json")).toBe(quiet);
  writeFileSync(desk.path("word.ts"), "export const word = ;");
  expect(await desk.run()).toMatchObject({ code: 2, stderr: expect.stringContaining("word.ts is no JavaScript") });
  desk.write("word.ts", 'export const word = "two";').append("access.log", combined.slice(100).join(""));
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(desk.brain()["fingerprint"]).not.toBe(fingerprint);
  expect(desk.counted()).toBe(combined.length);
  const verified = await desk.l2i(["verify", "multibrain.json"]);
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("all equal") });
});

test("check and --dry-run know rules, and the point of the run names them", async () => {
  using desk = new Desk().log().write("rule.mjs", statusRule).multibrain({ pipeline: "./rule.mjs" });
  expect((await desk.run("--dry-run")).stdout).toContain("rule,host=desk");
  expect(await desk.l2i(["check", "multibrain.json"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("pipeline rule, measurement rule"),
  });
  expect(await desk.run()).toMatchObject({ code: 0, stderr: "" });
  expect(desk.read("out.lp")).toMatch(/^l2i_run,.*pipeline=rule /m);
});

test("a rule that is changed between a failed write and the next run: what was counted is sent as it was counted", async () => {
  let isUp = false;
  await using store = await startStandIn(() => (isUp ? 204 : 503));
  using desk = new Desk().log(100).write("rule.mjs", statusRule);
  desk.multibrain({
    pipeline: "./rule.mjs",
    out: undefined,
    influxUrl: store.url,
    influxBucket: "b",
    timeout: "500ms",
  });
  expect(await desk.run()).toMatchObject({ code: 1 });
  isUp = true;
  const failed = store.received.length;
  desk.write("rule.mjs", "export default { fields: [], categorize: () => ({ code: 1 }) };");
  desk.append("access.log", combined.slice(100).join(""));
  expect(await desk.run()).toMatchObject({ code: 0, stderr: "" });
  const points = store.received.slice(failed).flatMap(({ lines }) => lines);
  const sum = (attribute: string): number =>
    points
      .filter((line) => line.startsWith("rule,") && line.includes(attribute))
      .reduce((total, line) => total + Number(/ count=(\d+)i/.exec(line)![1]), 0);
  expect([sum("status="), sum("code=1")]).toEqual([100, combined.length - 100]);
});

test("two rules that would write the same series are refused", async () => {
  using desk = new Desk()
    .log(3)
    .write("a.mjs", statusRule.replace("{ fields", '{ name: "web", fields'))
    .write("b.mjs", statusRule.replace("{ fields", '{ name: "web", fields'));
  const entries = ["a", "b"].map((name) => ({
    pipeline: `./${name}.mjs`,
    log: "access.log",
    brainfile: `${name}.json`,
    out: "out.lp",
  }));
  desk.write("multibrain.json", entries);
  expect((await desk.run()).stderr).toContain(
    'b:access.log: writes the same series as a:access.log (measurement "web", equal constant tags)',
  );
});

test("check --pipeline tries a rule on hostile records and on logs", async () => {
  using desk = new Desk()
    .log()
    .write("good.mjs", statusRule)
    .write("bad.mjs", 'export default { fields: ["status"], categorize: ({ uri }) => ({ host: uri }) };');
  const good = await desk.l2i(["check", "--pipeline", "./good.mjs", "access.log"]);
  expect(good).toEqual({
    code: 0,
    stderr: "",
    stdout: `good
  ok       configuration  reads status; measurement good
  ok       log            access.log: of a sample of 288 lines it counts 288, most as {"status":200}, {"status":404}, {"status":400}; about 9 series a window
  ok       rule           answers any record with a flat hash or null, always the same, in good time
`,
  });
  const bad = await desk.l2i(["check", "-q", "--pipeline", "./bad.mjs", "lost.log"]);
  expect(bad).toMatchObject({ code: 1, stderr: "" });
  expect(bad.stdout).toMatch(
    /^bad\n {2}PROBLEM {2}log .*lost\.log.*\n {2}PROBLEM {2}rule .*"host", which is kept.*\n {2}PROBLEM {2}rule .*reads uri, which/,
  );
  expect(await desk.l2i(["check", "--pipeline", "requests"])).toMatchObject({ code: 0, stderr: "" });
  expect(await desk.l2i(["check"])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining("or a pipeline with --pipeline"),
  });
});

test.each(
  sampled<string[]>([
    [
      "a loop",
      "({ uri }) => { while (uri === '/loop'); return {}; }",
      "it takes more than 5 s over one line; look for",
    ],
    ["the end of the program", "() => process.exit(0)", "it fails, process.exit is not for rules"],
    ["the end of the program all the same", "() => globalThis.process.exit(0)", "it ends the program"],
    ["a promise", "() => (Promise.reject(new Error('too late')), {})", "it leaves running what fails, too late"],
  ]),
)("check --pipeline comes to its end: %s", async (_, categorize, problem) => {
  using desk = new Desk()
    .write("access.log", combined[0]!.replace(/"GET \S+/, '"GET /loop'))
    .write("rule.mjs", `export default { fields: ["uri"], categorize: ${categorize} };`);
  const { code, stdout } = await desk.l2i(["check", "--pipeline", "./rule.mjs", "access.log"]);
  expect(code).toBe(1);
  expect(stdout).toContain(`PROBLEM  rule           ${problem}`);
});

const probes = [
  { when: { status: 404, uri: ["/wp-*", "*.php"] }, set: { type: "probe" } },
  { when: {}, set: { type: "other" } },
];

test("classification without code adds attributes to what any pipeline answers", async () => {
  using desk = new Desk().log().write("rule.mjs", statusRule);
  const entry = { log: "access.log", host: "desk" };
  desk.write("multibrain.json", {
    defaults: { classify: probes },
    invocations: [
      { ...entry, pipeline: "requests", brainfile: "a.json", out: "a.lp" },
      { ...entry, pipeline: "./rule.mjs", brainfile: "b.json", out: "b.lp" },
      {
        ...entry,
        name: "bad",
        pipeline: "requests",
        brainfile: "c.json",
        out: "c.lp",
        classify: [{ when: { status: ">=500" }, set: { bad: true } }],
      },
    ],
  });
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(desk.read("a.lp")).toMatch(/^requests,host=desk,log=access\.log,method=GET,status=404,type=probe count=/m);
  expect(desk.read("b.lp")).toMatch(/^rule,host=desk,log=access\.log,status=404,type=probe count=/m);
  expect(desk.read("b.lp")).toMatch(/^rule,host=desk,log=access\.log,status=200,type=other count=/m);
  expect(desk.read("c.lp")).not.toContain("type=");
  expect(desk.read("c.lp")).toMatch(/^requests,bad=true,host=desk,.*status=5/m);
  for (const name of ["a.lp", "b.lp", "c.lp"]) expect(desk.counted(name)).toBe(combined.length);
  expect(await desk.l2i(["verify", "multibrain.json"])).toMatchObject({ code: 0 });
});

const series = (points: readonly string[]): Set<string> => new Set(points.map((point) => point.split(" ")[0]!));

test("zeros: those of a rule, or of a multibrain in their place; with classification they need its attributes, too", async () => {
  using desk = new Desk().log().write("rule.mjs", statusRule.replace("fields", "zeros: [{ status: 999 }], fields"));
  const zerosIn = async (options: object): Promise<string[]> => {
    const { code, stderr } = await desk.multibrain({ pipeline: "./rule.mjs", ...options }).run("--dry-run");
    if (code !== 0) return [stderr];
    return (await desk.run("--dry-run")).stdout.split("\n").filter((point) => point.includes(" count=0i "));
  };
  expect(series(await zerosIn({}))).toEqual(new Set(["rule,host=desk,log=access.log,status=999"]));
  expect(series(await zerosIn({ zeros: [{ status: "a" }, { status: "b" }] }))).toEqual(
    new Set(["rule,host=desk,log=access.log,status=a", "rule,host=desk,log=access.log,status=b"]),
  );
  const missing =
    'zeros: {"status":999} is nothing that the pipeline rule answers with; give status, type, each with a value\n';
  expect(await zerosIn({ classify: probes })).toEqual([`l2i: rule:access.log: ${missing}`]);
  expect(series(await zerosIn({ classify: probes, zeros: [{ type: "x", status: 1 }] }))).toEqual(
    new Set(["rule,host=desk,log=access.log,status=1,type=x"]),
  );
});

test("classification: what cannot be is refused, changed rules close windows, and check names those that never match", async () => {
  using desk = new Desk().log().multibrain({ classify: [...probes, { when: { status: 500 }, set: {} }] });
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  const { fingerprint } = desk.brain();
  const found = await desk.l2i(["check", "-q", "multibrain.json"]);
  expect(found.stdout).toContain(
    "warning  configuration  classify[2] can never match: classify[1] matches all that it could",
  );
  desk.multibrain({ classify: probes }).append("access.log", combined[0]!);
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(desk.brain()["fingerprint"]).not.toBe(fingerprint);
  expect((await desk.multibrain({ classify: [{ when: {}, set: { status: "x" } }] }).run()).stderr).toContain(
    "requests:access.log: classify[0].set.status: the pipeline requests answers with this attribute, too; choose another name",
  );
  expect(
    (
      await desk
        .multibrain({ classify: [{ when: { vhost: "a" }, set: {} }] })
        .append("access.log", combined[1]!)
        .run()
    ).stderr,
  ).toContain("the pipeline requests with its classify rules needs vhost, which the format combined does not have");
});

const visitors = `export default {
  fields: ["route", "query", "browser", "bot", "clientNet"],
  categorize: ({ route, query, browser, bot, clientNet }) =>
    route === "/api/search" ? { language: query.lang, browser, bot, from: clientNet } : null,
};`;

test("fields that are made of others: in rules, in threads, and in classify", async () => {
  using desk = new Desk().log().write("visitors.js", visitors);
  const count = (...words: string[]) =>
    load(desk, "./visitors.js", "access.log", "--out", "-", "--host", "desk", ...words);
  const { stdout, stderr } = await count();
  expect(stderr).toBe("");
  expect(stdout).toContain(
    "visitors,bot=false,browser=Firefox,from=127.0.2.0/24,host=desk,language=fr,log=access.log count=",
  );
  expect(stdout).toContain("visitors,bot=true,browser=other,from=127.0.2.0/24,");
  const lines = combined.join("");
  desk.write("access.log", lines.repeat(Math.ceil((34 * 1024 * 1024) / lines.length)));
  expect(await count("--jobs", "2")).toEqual(await count("--jobs", "1"));
});

test("classify tells lines apart by what is made of their fields", async () => {
  using desk = new Desk().log().multibrain({
    classify: [
      { when: { bot: true }, set: { who: "robot" } },
      { when: { query: { lang: "fr" }, browser: ["Firefox", "Safari"] }, set: { who: "reader" } },
      { when: {}, set: { who: "other" } },
    ],
  });
  expect(await desk.run()).toMatchObject({ code: 0, stderr: "" });
  const found = new Set(Array.from(desk.read("out.lp").matchAll(/,who=(\w+)/g), ([, who]) => who));
  expect(found).toEqual(new Set(["other", "reader", "robot"]));
});

test("a format that lacks what a field is made of is refused, unless the rule can do without", async () => {
  using desk = new Desk()
    .write("access.log", linesOf("apache-common.log").join(""))
    .write("rule.js", 'export default { fields: ["browser", "bot", "os"], categorize: ({ os }) => ({ os }) };')
    .write(
      "easy.js",
      'export default { fields: ["browser", "status"], optional: ["browser"], categorize: ({ browser, status }) => ({ browser, status }) };',
    );
  expect((await load(desk, "./rule.js", "access.log", "--format", "common")).stderr).toContain(
    "the pipeline rule needs userAgent (for browser, bot, os), which the format common does not have; log it, or choose another pipeline",
  );
  expect((await load(desk, "./easy.js", "access.log")).stdout).toMatch(/^status +count/);
});

test("check --pipeline finds a field that is read though nobody named it, one that is made of others, too", async () => {
  using desk = new Desk().write("rule.js", 'export default { fields: ["route"], categorize: ({ bot }) => ({ bot }) };');
  const { code, stdout } = await desk.l2i(["check", "--pipeline", "./rule.js"]);
  expect(code).toBe(1);
  expect(stdout).toContain('it reads bot, which "fields" does not name; add it there');
});
