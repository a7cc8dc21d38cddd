// Tokens and passwords never get out: not by output, errors or crash traces, not into any file, in no way of writing them,
// whatever a store answers and whatever goes wrong. And files that others should not read are warned of.
import { chmodSync, readdirSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { type Reply, startStandIn } from "../sink/stand-in.ts";
import { Desk } from "./desk.ts";
import { pipe } from "./hardship.ts";
import { type Result, shell } from "./program.ts";
import { sampled } from "../sampled.ts";

/** With characters that every way of writing treats in its own way. */
const secret = 'S3cret/To+ken "\\&<%>=~é';
const token = "S3cret/To+ken-%22:=_{}~!zZ9==";

const writings = (text: string): string[] => [
  text,
  JSON.stringify(text).slice(1, -1),
  encodeURIComponent(text),
  encodeURIComponent(text).toLowerCase(),
  encodeURI(text),
  new URLSearchParams({ text }).toString().slice("text=".length),
  Buffer.from(text).toString("base64"),
  Buffer.from(text).toString("base64url"),
  Buffer.from(text).toString("hex"),
  Buffer.from(`me:${text}`).toString("base64"),
];

/** Everything that was printed, and every file but those in which the secret was given. */
function everything(desk: Desk, results: readonly Result[]): string {
  const files = readdirSync(desk.folder).filter(
    (name) => !name.startsWith("given") && statSync(desk.path(name)).isFile(),
  );
  return [...results.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...files.map((name) => desk.read(name))].join(
    "\n",
  );
}

/** `url` is the store's, with the password in it. */
type Settings = (url: string) => { readonly [name: string]: string };

const given: [how: string, text: string, options: Settings, environment: Settings][] = [
  ["a token in the multibrain", token, () => ({ influxToken: token }), () => ({})],
  ["a token in the environment", token, () => ({}), () => ({ INFLUX_TOKEN: token })],
  ["a token by reference", token, () => ({ influxToken: "${MINE}" }), () => ({ MINE: token })],
  ["a token file", token, () => ({ influxTokenFile: "given-token" }), () => ({})],
  ["a password", secret, () => ({ influxUsername: "me", influxPassword: secret }), () => ({})],
  ["a password file", secret, () => ({ influxUsername: "me", influxPasswordFile: "given-password" }), () => ({})],
  ["a password in the URL", secret, (influxUrl) => ({ influxUrl }), () => ({})],
];

/** Stores that repeat what they were sent and what they should not know, in every writing. */
const echoes = (text: string): readonly ((authorization: string, line: string) => Reply)[] => {
  const all = (authorization: string): string => `${authorization} ${writings(text).join(" ")}`;
  const inUrl = encodeURIComponent(text);
  return [
    (authorization) => ({ status: 401, body: { error: all(authorization) } }),
    (authorization) => ({ status: 400, body: all(authorization) }),
    (authorization) => ({ status: 403, body: `${"x".repeat(295)}${all(authorization)}` }), // cut in the middle of it
    (authorization, line) => ({ status: 400, body: { error: `unable to parse '${line}': ${all(authorization)}` } }),
    (authorization) => ({ status: 503, body: { message: all(authorization) } }),
    () => ({ status: 307, headers: { location: `https://me:${inUrl}@store.example/?t=${inUrl}` } }),
    () => "cut inside",
  ];
};

const commands = [["run", "-vv"], ["run", "--json", "-vv"], ["check", "--json"], ["status"], ["run", "--dry-run"]];

test.each(sampled(given))("%s is nowhere", async (_, text, options, environment) => {
  const replies = echoes(text);
  await using store = await startStandIn(({ path, headers, lines }) =>
    replies[Number(/=store-(\d)/.exec(path)?.[1])]!(headers.authorization ?? "", lines[0] ?? ""),
  );
  const url = store.url.replace("//", `//me:${encodeURIComponent(text)}@`);
  using desk = new Desk().log(20).append("access.log", "garbage\n");
  desk.write("given-token", `${token}\n`).write("given-password", secret);
  const entries = replies.map((_reply, index) => ({
    name: `${index}`,
    pipeline: "requests",
    log: "access.log",
    brainfile: `${index}.json`,
    influxUrl: store.url,
    [text === token ? "influxBucket" : "influxDatabase"]: `store-${index}`,
    timeout: "1s",
    ...options(url),
  }));
  desk.write("given.json", entries);
  const results: Result[] = [];
  for (const words of commands) results.push(await desk.l2i([...words, "given.json"], { env: environment(url) }));
  expect(results.map(({ code }) => code)).toEqual([1, 1, 1, 1, 0]);
  expect(new Set(store.received.map(({ path }) => path)).size).toBe(replies.length);
  for (const { headers } of store.received) expect(headers.authorization).toMatch(/^(?:Token|Basic) ./);
  const found = everything(desk, results).toLowerCase();
  for (const written of writings(text)) expect(found.includes(written.toLowerCase()) && written).toBe(false);
});

test.each<[name: string, options: object]>(
  sampled<[name: string, options: object]>([
    ["beside a wrong option", { influxBucket: "b", influxToken: token, window: "x", colour: token }],
    ["of a wrong kind", { influxBucket: "b", influxToken: [token] }],
    ["that no header can hold", { influxBucket: "b", influxToken: `${token}\u0007` }],
    ["in a URL that is none", { influxBucket: "b", influxUrl: `http://me:${token}@host:99999/?${token}` }],
    ["for the wrong store", { influxDatabase: "d", influxToken: token }],
    ["in a URL for the wrong store", { influxBucket: "b", influxUrl: "http://me:S3cret%2FTo%2Bken@h" }],
  ]),
)("a configuration error shows no secret %s", async (_, options) => {
  using desk = new Desk().log(3).multibrain({ out: undefined, influxUrl: "http://h", ...options });
  const results = [
    await desk.run(),
    await desk.run("--json"),
    await desk.l2i(["check", "multibrain.json"]),
    await desk.l2i(["status", "multibrain.json"]),
  ];
  for (const { code, stdout, stderr } of results) {
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain("S3cret");
  }
});

test("a crash shows where, and nothing of what is at hand", async () => {
  using desk = new Desk().log(3).multibrain();
  const crash = `throw Object.assign(new Error("oops", { cause: process.env.INFLUX_TOKEN }), { token: process.env.INFLUX_TOKEN })`;
  for (const moment of [`setImmediate(() => { ${crash} })`, `setImmediate(async () => { ${crash} })`]) {
    const whenItPrints = `const write = process.stdout.write; process.stdout.write = (...words) => { ${moment}; return write.apply(process.stdout, words); };`;
    const options = `--import data:text/javascript,${encodeURIComponent(whenItPrints)}`;
    const { code, stderr } = await desk.l2i(["show", "formats"], {
      env: { INFLUX_TOKEN: token, NODE_OPTIONS: options },
    });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/this is a bug in l2i[^]*Error: oops\n +at /)]);
    expect(stderr).not.toContain("S3cret");
  }
});

test.each<[mode: number, warned: boolean]>([
  [0o644, true],
  [0o604, true],
  [0o640, false],
  [0o600, false],
])("a multibrain of mode %o with a secret written out: warned of is %s", async (mode, warned) => {
  await using store = await startStandIn(() => 204);
  using desk = new Desk()
    .log(3)
    .multibrain({ out: undefined, influxUrl: store.url, influxBucket: "b", influxToken: token });
  chmodSync(desk.path("multibrain.json"), mode);
  const said = "multibrain.json holds a secret that every user of this machine can read; chmod o-r it\n";
  const { code, stderr } = await desk.run();
  expect([code, stderr]).toEqual([0, warned ? expect.stringMatching(new RegExp(`^\\S+ WARN multibrain.*`)) : ""]);
  expect(stderr.endsWith(said)).toBe(warned);
  expect((await desk.l2i(["check", "-q", "multibrain.json"])).stdout.includes(said)).toBe(warned);
});

test("a secret by reference or from a file may stand in a multibrain that everybody reads", async () => {
  await using store = await startStandIn(() => 204);
  using desk = new Desk()
    .log(3)
    .multibrain({ out: undefined, influxUrl: store.url, influxBucket: "b", influxToken: "${MINE}" });
  chmodSync(desk.path("multibrain.json"), 0o644);
  expect(await desk.l2i(["run", "multibrain.json"], { env: { MINE: token } })).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
});

test("a pipe as a token file is not waited for, unless a shell has made it", async () => {
  await using store = await startStandIn(() => 204);
  using desk = new Desk()
    .log(3)
    .multibrain({ out: undefined, influxUrl: store.url, influxBucket: "b", influxTokenFile: "pipe" });
  pipe(desk, "pipe");
  const { code, stderr } = await desk.run();
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining("pipe: the secret in this file cannot be read (it is a pipe)"),
  ]);
  const line = `l2i load requests access.log --influx-url ${store.url} --influx-bucket b --edges keep --influx-token-file <(echo ${token.replaceAll(/[^\w]/g, "\\$&")})`;
  expect(await shell(line, desk.folder)).toMatchObject({ code: 0, stderr: "" });
  expect(store.received[0]?.headers.authorization).toBe(`Token ${token}`);
});
