import { expect, test } from "vitest";
import { readFileSync, writeFileSync, utimesSync } from "node:fs";
import { Laboratory } from "../laboratory.ts";
import { L2iError } from "../../src/errors.ts";
import { spawnSync } from "node:child_process";

test("failing twice with an empty brainfile body", async () => {
  using lab = new Laboratory();
  console.log(await lab.run()); // no log at all
  lab.now += 2 * 3_600_000;
  console.log(await lab.run());
  console.log(JSON.stringify(readFileSync(lab.path("brain.json"), "utf8")));
  lab.append(10);
  console.log(await lab.run(), lab.messages.said);
});

test("parts, log gone for a moment", async () => {
  using lab = new Laboratory();
  lab.append(10);
  await lab.run({ writes: "parts" });
  lab.rename("access.log", "elsewhere");
  await lab.run({ writes: "parts" });
  console.log(JSON.stringify(readFileSync(lab.path("brain.json"), "utf8")));
  lab.rename("elsewhere", "access.log");
  console.log(await lab.run({ writes: "parts" }), lab.messages.said);
});

test("pending sent, nothing new", async () => {
  using lab = new Laboratory();
  lab.append(10);
  let fails = true;
  const written: string[] = [];
  lab.sink = { target: "test", async write(points) { if (fails) throw new L2iError("store", "no"); written.push(...points); return []; } };
  await lab.run();
  fails = false;
  console.log(await lab.run(), written);
});

test("anonymised rotated log", async () => {
  using lab = new Laboratory();
  lab.append(10); await lab.run();
  lab.rename("access.log", "access.log.1").append(5); await lab.run();
  lab.append(1); await lab.run();
  writeFileSync(lab.path("access.log.1"), readFileSync(lab.path("access.log.1"), "utf8").replaceAll("10.0.0.", "10.0.1."));
  lab.append(1); await lab.run();
  console.log(lab.total(), "should be 17", lab.messages.said);
});

test("stdin with an overlong line", async () => {
  using lab = new Laboratory();
  lab.append(1000).appendText(`${"x".repeat(300_000)}\n`).append(5000);
  const r = spawnSync("node", ["dist/l2i.js", "load", "requests", "-", "--json", "--rejects", lab.path("r")], { input: readFileSync(lab.log) });
  console.log(r.stdout.toString(), r.stderr.toString());
});
test("stdin and the same file", async () => {
  using lab = new Laboratory();
  lab.append(1000);
  for (const args of [["-", lab.log], [lab.log, "-"]]) {
  const r = spawnSync("node", ["dist/l2i.js", "load", "requests", ...args, "--json"], { input: readFileSync(lab.log) });
  console.log(r.stdout.toString(), r.stderr.toString());
  }
  const input = readFileSync(lab.log);
  lab.append(200);
  for (const args of [["-", lab.log], [lab.log, "-"]]) {
  const r = spawnSync("node", ["dist/l2i.js", "load", "requests", ...args, "--json"], { input });
  console.log(r.stdout.toString(), r.stderr.toString());
  }
  for (const args of [["-", lab.log], [lab.log, "-"]]) {
  const r = spawnSync("node", ["dist/l2i.js", "load", "requests", ...args, "--json"], { input: Buffer.concat([readFileSync(lab.log), Buffer.from(Array.from({length: 300}, () => lab.line()).join(""))]) });
  console.log(r.stdout.toString(), r.stderr.toString());
  }
});
