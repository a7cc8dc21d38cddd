// Is the laboratory sharp? Plays the laws on the simulated disk against every mutant and prints after how many histories each is
// noticed. Ends with 1 where one is not. `npm run sharpness [-- SEED]`
import { startVitest } from "vitest/node";
import { mutants, mutate } from "./mutants.mjs";

const seed = process.argv[2] ?? String(Date.now() % 2 ** 31);
process.env.L2I_TEST_SEED = seed;
process.env.L2I_TEST_HISTORIES = "3000";
console.log(`seed ${seed}`);

for (const mutant of mutants) {
  const vitest = await startVitest(
    "test",
    ["test/laboratory/simulated-laws.test.ts"],
    { watch: false, coverage: { enabled: false }, reporters: [{}], testTimeout: 600_000 },
    { plugins: [mutate(mutant)] },
  );
  const said = vitest.state.getFiles().flatMap(messagesOf).join("\n");
  await vitest.close();
  const [, histories] = /Property failed after (\d+) tests/.exec(said) ?? [];
  if (!histories) process.exitCode = 1;
  console.log(`${histories ? `noticed after ${histories}` : "NOT NOTICED"}: ${mutant.name}`, histories ? "" : said);
}

function messagesOf({ tasks = [], result }) {
  return [...(result?.errors ?? []).flatMap(errorTexts), ...tasks.flatMap(messagesOf)];
}

function errorTexts({ message, cause }) {
  return [message, ...(cause ? errorTexts(cause) : [])];
}
