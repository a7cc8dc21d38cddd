// `--anonymize-ip`: no address of a client is in anything that l2i writes or says, whatever became of its line.
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { Desk } from "./desk.ts";
import { jsonLines } from "./program.ts";

const addresses = ["192.0.2.77", "198.51.100.88", "2001:db8:1:2::99", "203.0.113.66"];
const [first, second, third, fourth] = addresses;
const format = '%h %{X-Forwarded-For}i %t "%r" %>s';
const time = "[26/Oct/2025:02:40:00 +0200]";

const log = [
  `${first} ${second} ${time} "GET / HTTP/1.1" 200`,
  `${third} - ${time} "GET / HTTP/1.1" 200`,
  `${fourth} - ${time} "GET /fail HTTP/1.1" 500`,
  `host.example - ${time} "GET / HTTP/1.1" 200`,
  `${first} - ${time} "GET / HT`,
  `[client ${third}] PHP Warning, referer ${second}`,
  `\u001b[2J${fourth} "`,
  "",
].join("\n");

const rule = `export default {
  fields: ["clientIp", "xForwardedFor", "clientNet", "uri"],
  categorize: ({ clientIp, xForwardedFor, clientNet, uri }) => {
    if (uri === "/fail") throw new Error("fails on " + clientIp);
    return { client: clientIp ?? "none", proxy: xForwardedFor, net: clientNet };
  },
};`;

const desk = (): Desk => new Desk().write("access.log", log).write("rule.js", rule);

function expectNoAddress(text: string): void {
  for (const address of addresses) expect(text).not.toContain(address);
}

test("in points, rejects, brainfile and messages there are networks alone", async () => {
  using here = desk().multibrain({ pipeline: "./rule.js", format, anonymizeIp: true });
  const { code, stdout, stderr } = await here.run("-v");
  expect(code).toBe(0);
  expect(stderr).toContain("failed on 1 lines, first on the one at byte 144 of access.log: fails on 203.0.113.0");
  expectNoAddress(stdout + stderr);
  for (const file of readdirSync(here.folder)) if (file !== "access.log") expectNoAddress(here.read(file));
  const points = here.read("out.lp");
  expect(points).toContain(
    "rule,client=192.0.2.0,host=desk,log=access.log,net=192.0.2.0/24,proxy=198.51.100.0 count=1i",
  );
  expect(points).toContain("rule,client=2001:db8:1::,host=desk,log=access.log,net=2001:db8:1::/48 count=1i");
  expect(points).toContain("rule,client=none,host=desk,log=access.log count=1i");
  expect(jsonLines(here.read("brain.json.rejects.jsonl")).map(({ line }) => line)).toEqual([
    `192.0.2.0 - ${time} "GET / HT`,
    "[client 2001:db8:1::] PHP Warning, referer 198.51.100.0",
    '\u001b[2J203.0.113.0 "',
  ]);
});

test("the same log without it is another configuration, and read in company it keeps its addresses", async () => {
  using here = desk();
  const entry = { pipeline: "./rule.js", log: "access.log", format, host: "desk" };
  here.write("multibrain.json", [
    { ...entry, name: "cut", brainfile: "cut.json", out: "cut.lp", anonymizeIp: true },
    { ...entry, name: "whole", brainfile: "whole.json", out: "whole.lp" },
  ]);
  await here.run();
  expectNoAddress(here.read("cut.lp"));
  for (const address of [first, second, third]) expect(here.read("whole.lp")).toContain(address);
  expect(here.brain("cut.json")["fingerprint"]).not.toBe(here.brain("whole.json")["fingerprint"]);
  const { stdout } = await here.l2i(["verify", "--only", "cut", "multibrain.json"]);
  expect(stdout).toContain("all equal");
});

test("parse and check --pipeline show none", async () => {
  using here = desk();
  const options = ["--anonymize-ip", "--format", format];
  const parsed = await here.l2i(["parse", "--explain", ...options, "access.log"]);
  expect(parsed.stdout).toContain('"clientIp":"192.0.2.0"');
  expect(parsed.stderr).toContain("[client 2001:db8:1::] PHP");
  const checked = await here.l2i(["check", "--pipeline", "./rule.js", ...options, "access.log"]);
  expect(checked.stdout).toContain("192.0.2.0");
  for (const { stdout, stderr } of [parsed, checked]) expectNoAddress(stdout + stderr);
});
