// Whatever people install runs the main job from where it was put: the npm package without network, the single executable, the
// Debian package. Each lands in a clean folder of its own.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "l2i-install-"));
const built = join(folder, "built");
const binary = join(built, "l2i");
const npmRoot = join(folder, "npm-root");
const version: string = JSON.parse(readFileSync("package.json", "utf8")).version;
const log = resolve("fixtures/logs/apache-combined.log");

beforeAll(() => done(process.execPath, "packaging/binary.mjs", built));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** With nothing of the machine's environment but where programs are. */
function ran(command: string, ...words: string[]): Ran {
  const env = { PATH: process.env["PATH"] ?? "", HOME: join(folder, "home") };
  const { status: code, stdout, stderr, error } = spawnSync(command, words, { encoding: "utf8", env });
  if (error) throw error;
  return { code, stdout, stderr };
}

/** What it printed; throws where it failed. */
function done(command: string, ...words: string[]): string {
  const { code, stdout, stderr } = ran(command, ...words);
  if (code !== 0) throw new Error(`${command} ${words.join(" ")}: exit ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** A file in a folder that is made for it. */
function put(path: string, content: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** Loads the example, finds nothing new in it, and knows how far it is. The points are those of dist/. */
function expectMainJob(name: string, ...l2i: Program): void {
  if (!existsSync(pointsOf("dist"))) mainJob("dist", [process.execPath, "dist/l2i.js"]);
  const [first, quiet, status] = mainJob(name, l2i);
  expect(first).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("288 new lines") });
  expect(quiet).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok .* nothing +0$/m), stderr: "" });
  const [points, expected] = [name, "dist"].map((form) =>
    readFileSync(pointsOf(form), "utf8").replaceAll(/^l2i_run,.*\n/gm, ""),
  );
  expect(points).toBe(expected);
}

type Program = readonly [command: string, ...words: string[]];

const pointsOf = (form: string): string => join(folder, form, "points.lp");

function mainJob(form: string, [command, ...words]: Program): Ran[] {
  const invocation = { pipeline: "requests", log, host: "www1", brainfile: "brain.json", out: pointsOf(form) };
  const multibrain = put(`${form}/multibrain.json`, JSON.stringify([invocation]));
  return [["run", "-v"], ["run"], ["status"]].map((each) => ran(command, ...words, ...each, multibrain));
}

test("npm installs the packed package without network", () => {
  const [packed] = JSON.parse(done("npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder));
  const places = ["--prefix", npmRoot, "--cache", join(folder, "npm-cache")];
  done("npm", "install", "--global", "--offline", ...places, join(folder, packed.filename));
  expectMainJob("npm", join(npmRoot, "bin/l2i"));
  expect(existsSync(join(npmRoot, "share/man/man1/l2i.1"))).toBe(true);
});

test("the executable runs the main job", () => {
  expect(done(binary, "--version")).toBe(`${version}\n`);
  expect(done(binary, "show", "schema")).toBe(readFileSync("dist/multibrain.schema.json", "utf8"));
  expect(readFileSync(join(built, "LICENSES.txt"), "utf8")).toMatch(/^Node\.js v.*\n-+\n.*zod /s);
  expectMainJob("binary", binary);
});

test("what init writes calls the program as it was installed", () => {
  for (const [name, l2i] of Object.entries({ binary, npm: join(npmRoot, "bin/l2i") })) {
    const home = join(folder, `init-${name}`);
    done(l2i, "init", log, "--write", home);
    const multibrain = readFileSync(join(home, "multibrain.json"), "utf8");
    const schema = /"\$schema": "(.*)"/.exec(multibrain)?.[1];
    expect(schema === undefined || existsSync(schema)).toBe(true);
    const [, words = ""] = /^\* \* \* \* \* (.*)$/m.exec(readFileSync(join(home, "l2i.cron"), "utf8")) ?? [];
    done("sh", "-c", words);
    expect(readFileSync(join(home, "state/points.lp"), "utf8")).toContain("requests,");
  }
});

test("the executable takes rules with files and packages of their own, also in threads", () => {
  put("rules/node_modules/shout/index.js", "exports.loud = (word) => word.toUpperCase();");
  put("rules/share.ts", 'export const name: string = "method";');
  const rule = put(
    "rules/rule.ts",
    `import { isMainThread } from "node:worker_threads";
import { definePipeline } from "l2i";
import { loud } from "shout";
import { name } from "./share.ts";
export default definePipeline({
  fields: ["method"],
  categorize: ({ method }) => ({ [name]: loud(String(method)), thread: isMainThread ? "main" : "worker" }),
});
`,
  );
  const large = put("large.log", readFileSync(log, "latin1").repeat(930)); // two threads are worth it from 32 MiB on
  const points = (jobs: string): string =>
    done(binary, "load", rule, large, "--jobs", jobs, "--out", "-", "--host", "h");
  const [alone, together] = [points("1"), points("2")];
  expect(statSync(large).size).toBeGreaterThan(2 ** 25);
  expect(alone).toMatch(/^rule,host=h,log=large\.log,method=[A-Z]+,thread=main count=\d+i /);
  expect(alone).not.toContain("thread=worker");
  expect(together).toContain("thread=worker");
  expect(linesByMethod(together)).toEqual(linesByMethod(alone));
  expect(done(binary, "check", "--pipeline", rule, log)).toContain("it counts 288");
});

test("the executable says which rule left something behind, and reads what other programs and schemas are for", () => {
  const rule = put(
    "rules/late.ts",
    'export default { fields: [], categorize: () => { void Promise.reject(new Error("late")); return {}; } };',
  );
  expect(ran(binary, "load", rule, log)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`what a rule left running failed: late (${rule}, line 1)`),
  });
  const packed = join(folder, "old.log");
  copyFileSync(log, packed);
  done("xz", packed);
  expect(done(binary, "load", "requests", `${packed}.xz`)).toContain("171");
  const schema = put("schema.json", '{ "required": ["user"] }');
  const lines = put("lines.json", '{"time":1,"user":"a"}\n{"time":2}\n');
  const words = ["parse", "--format", "json", "--schema", schema, lines];
  expect(ran(binary, ...words)).toMatchObject({ stderr: expect.stringContaining("1 of 2 lines did not match") });
});

test("the Debian package has all that belongs to it, and its cron line runs where systemd does not", () => {
  const file = done(process.execPath, "packaging/deb.mjs", built).trim();
  const root = join(folder, "deb-root");
  done("dpkg-deb", "--extract", file, root);
  const inside = (path: string): string => join(root, path);
  expectMainJob("deb", inside("usr/bin/l2i"));

  expect(done("dpkg-deb", "--field", file, "Version")).toBe(`${version}\n`);
  expect(done("man", "--local-file", inside("usr/share/man/man1/l2i.1.gz"))).toContain(
    "l2i run [options] <multibrain.json>",
  );
  done("bash", "-n", inside("usr/share/bash-completion/completions/l2i"));
  for (const name of ["copyright", "changelog.gz", "README.Debian"])
    expect(existsSync(inside(`usr/share/doc/l2i/${name}`))).toBe(true);
  expect(readFileSync(inside("lib/systemd/system/l2i.service"), "utf8")).toContain("ExecStart=/usr/bin/l2i run");

  const rooted = (text: string): string => text.replaceAll(/(?<=["\s])\/(?=(?:usr|etc|run|var)\/)/g, `${root}/`);
  const [, command] = /^\* \* \* \* \* l2i (.*)$/m.exec(readFileSync(inside("etc/cron.d/l2i"), "utf8"))!;
  const minute = (): Ran => ran("sh", "-c", rooted(command!));
  const nothing = { code: 0, stdout: "", stderr: "" };
  const brainfile = inside("var/lib/l2i/errors.json");
  expect(minute()).toEqual(nothing); // not configured yet

  const example = rooted(readFileSync(inside("usr/share/doc/l2i/examples/multibrain.json"), "utf8"));
  const toFile = JSON.stringify({ ...JSON.parse(example), defaults: { out: inside("var/lib/l2i/points.lp") } });
  put("deb-root/var/log/apache2/access.log", readFileSync(log, "latin1"));
  mkdirSync(dirname(brainfile), { recursive: true });
  put("deb-root/etc/l2i/multibrain.json", toFile);
  mkdirSync(inside("run/systemd/system"), { recursive: true });
  expect(minute()).toEqual(nothing);
  expect(existsSync(brainfile)).toBe(false);

  rmSync(inside("run/systemd"), { recursive: true });
  expect(minute()).toEqual(nothing);
  expect(existsSync(brainfile)).toBe(true);
});

/** In points: by method and time. Of one series a later point counts instead of one before. */
function linesByMethod(text: string): Map<string, number> {
  const found = [...text.matchAll(/method=([A-Z]+),thread=(main|worker) count=(\d+)i (\d+)/g)];
  const last = new Map(found.map(([, method, thread, count, time]) => [`${thread} ${method} ${time}`, Number(count)]));
  const sums = new Map<string, number>();
  for (const [key, count] of last) {
    const point = key.slice(key.indexOf(" ") + 1);
    sums.set(point, (sums.get(point) ?? 0) + count);
  }
  return sums;
}
