import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { L2iError } from "../../src/errors.ts";
import { readInvocations } from "../../src/invocation/multibrain.ts";
import { readSecrets } from "../../src/invocation/secrets.ts";
import { context, entry } from "./context.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "l2i-secrets-"));
  await write("token", "t0ken\n", 0o600);
  await write("password", "pä ss\r\n", 0o640);
  await write("public", "open", 0o644);
  await write("empty", "\n", 0o600);
  await write("two-lines", "s3cret\nmore\n", 0o600);
});

afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, text: string, mode: number): Promise<void> {
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), mode);
}

const stores = {
  token: { influxBucket: "b", influxTokenFile: "token" },
  password: { influxDatabase: "d", influxUsername: "u", influxPasswordFile: "password" },
  direct: { influxBucket: "b", influxToken: "direct" },
  none: { influxBucket: "b" },
  file: { out: "-" },
};

const sealed = (...sinks: readonly object[]) =>
  readInvocations(
    sinks.map((sink, index) => ({
      ...entry,
      out: undefined,
      influxUrl: "out" in sink ? undefined : "http://h",
      name: `${index}`,
      brainfile: `${index}`,
      tag: { n: `${index}` },
      ...sink,
    })),
    { ...context, folder },
  );

test("secrets come from their files, without the line end; all else stays", async () => {
  const invocations = sealed(...Object.values(stores));
  const { invocations: open, warnings } = await readSecrets(invocations);
  expect(open.map(({ sink }) => sink)).toMatchObject([
    { token: "t0ken" },
    { password: "pä ss" },
    { token: "direct" },
    { token: null },
    { path: "-" },
  ]);
  expect(open.slice(2)).toEqual(invocations.slice(2));
  expect(warnings).toEqual([]);
});

test("a file that everybody can read is warned of, once", async () => {
  const { warnings } = await readSecrets(
    sealed({ ...stores.token, influxTokenFile: "public" }, { ...stores.token, influxTokenFile: "./public" }),
  );
  expect(warnings).toEqual([
    `${join(folder, "public")} holds a secret that every user of this machine can read; chmod o-r it`,
  ]);
});

test("files that give no secret are named, all of them, without what they hold", async () => {
  const wrong = ["missing", ".", "empty", "two-lines", "password"].map((influxTokenFile) => ({
    ...stores.token,
    influxTokenFile,
  }));
  const error: unknown = await readSecrets(sealed(...wrong)).catch((reason: unknown) => reason);
  const inHeader = "the secret in this file is empty or has characters that an HTTP header cannot hold; copy it again";
  expect(error).toBeInstanceOf(L2iError);
  expect(error).toMatchObject({
    code: "usage",
    message: [
      `${join(folder, "missing")}: the secret in this file cannot be read (ENOENT); check the path and its permissions`,
      `${folder}: the secret in this file cannot be read (EISDIR); check the path and its permissions`,
      `${join(folder, "empty")}: ${inHeader}`,
      `${join(folder, "two-lines")}: ${inHeader}`,
      `${join(folder, "password")}: ${inHeader}`,
    ].join("\n"),
  });
});
