// docs/rules.md shows the very rules that the replay cases play.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { faultsOf } from "../src/pipeline/conformance.ts";
import { readRule } from "../src/pipeline/rule-source.ts";
import { taskOf } from "../src/task.ts";
import { readInvocations } from "../src/invocation/multibrain.ts";
import type { Invocation } from "../src/invocation/invocation.ts";
import { context, entry } from "./invocation/context.ts";

const page = readFileSync("docs/rules.md", "utf8");

test.each(["checkout", "monitoring", "releases"])("%s stands there as it is, and keeps the laws", async (name) => {
  const path = `${process.cwd()}/fixtures/cases/rule-${name}/${name}.ts`;
  expect(page).toContain(`\`\`\`ts\n${readFileSync(path, "utf8")}\`\`\`\n`);
  const [invocation] = readInvocations([{ ...entry, pipeline: path }], context);
  const task = await taskOf(invocation as Invocation, await readRule(path));
  expect(faultsOf(task, [], () => performance.now())).toEqual([]);
});
