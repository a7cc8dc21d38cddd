// docs/rules.md shows the very rules that the replay cases play; on real logs they keep the laws, too.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatOf } from "../src/format/find-format.ts";
import type { LogRecord } from "../src/format/record.ts";
import { readInvocations } from "../src/invocation/multibrain.ts";
import { readSecrets } from "../src/invocation/secrets.ts";
import { faultsOf } from "../src/pipeline/conformance.ts";
import { readRule } from "../src/pipeline/rule-source.ts";
import { type Task, taskOf } from "../src/task.ts";
import { hasSharedData, sharedLog } from "./format/shared-data.ts";
import { context, entry } from "./invocation/context.ts";

const names = ["checkout", "monitoring", "releases", "orders", "searches"];
const pathOf = (name: string): string => `${process.cwd()}/fixtures/cases/rule-${name}/${name}.ts`;

async function taskWith(path: string): Promise<Task> {
  const { invocations } = await readSecrets(readInvocations([{ ...entry, pipeline: path }], context));
  return taskOf(invocations[0]!, await readRule(path));
}

test.each(names)("%s stands there as it is", (name) => {
  expect(readFileSync("docs/rules.md", "utf8")).toContain(`\`\`\`ts\n${readFileSync(pathOf(name), "utf8")}\`\`\`\n`);
});

describe.runIf(hasSharedData)("on the lines of a real log", () => {
  const text = hasSharedData ? sharedLog("apache-combined/semicomplete-2015.log") : "";

  test.each(names)("%s keeps the laws", async (name) => {
    const task = await taskWith(pathOf(name));
    const parser = formatOf("combined").parser(task.fields);
    const records: LogRecord[] = [];
    for (let start = 0; start < text.length; start = text.indexOf("\n", start) + 1) {
      const record = parser.parse(text, start);
      if (record) records.push(record);
    }
    expect(records).toHaveLength(9999);
    expect(faultsOf(task, records, () => performance.now())).toEqual([]);
  });
});
