// Files are closed behind the end of a pool: nothing may read them then, whatever was still to be counted.
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Pool } from "../../src/jobs/pool.ts";
import { openContent } from "../../src/log/content.ts";
import { linesOf } from "../cli/desk.ts";
import { tasks } from "../fuzz/counted.ts";
import { formatOf } from "../../src/format/find-format.ts";

test("this thread counts nothing any more behind the end", async () => {
  const folder = await mkdtemp(join(tmpdir(), "l2i-pool-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "access.log");
  writeFileSync(path, linesOf("apache-combined.log").join("").repeat(1500));
  const content = (await openContent(path))!;
  let readers = 0;
  const watched = {
    ...content,
    readFrom: (offset: number) => {
      readers++;
      return content.readFrom(offset);
    },
  };
  const source = { content: watched, fd: content.fd!, offset: 0, format: formatOf("combined") };
  const [task] = await tasks();
  const pool = new Pool(task!, 0, 1);
  pool.add([source]);
  const { value } = await pool.pieces(source).next();
  expect(value).toMatchObject({ ending: null });
  await pool.end();
  const before = readers;
  await content.close();
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  expect(readers).toBe(before);
});
