// Plays histories for as long as it is told, round after round with new seeds: many on the simulated disk, some of processes and
// real stores, and long ones of these. Goes on where it was stopped, and ends with 1 at the first history that is not exact.
//   npm run soak [-- MINUTES]
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { startVitest } from "vitest/node";

const minutes = Number(process.argv[2] ?? 60);
const journal = ".cache/soak.jsonl";

/** What one round plays. */
const rounds = [
  { file: "simulated-laws", histories: 1500, steps: 20 },
  { file: "process-laws", histories: 60, steps: 20 },
  { file: "simulated-laws", histories: 50, steps: 300 },
  { file: "process-laws", histories: 3, steps: 300 },
];

mkdirSync(".cache", { recursive: true });
const played = existsSync(journal) ? readFileSync(journal, "utf8").split("\n").filter(Boolean).map(JSON.parse) : [];
const end = Date.now() + minutes * 60_000;
let round = played.length;
while (Date.now() < end && !process.exitCode) await play(round++);

const totals = readFileSync(journal, "utf8").split("\n").filter(Boolean).map(JSON.parse);
for (const { file, steps } of rounds) {
  const same = totals.filter((each) => each.file === file && each.steps === steps);
  const sum = (key) => same.reduce((all, each) => all + each[key], 0);
  console.log(`${file}, up to ${steps} steps: ${sum("histories")} histories in ${Math.round(sum("seconds") / 60)} min`);
}

/** The number of the round is its seed, so that one that was stopped is played again. */
async function play(number) {
  const { file, histories, steps } = rounds[number % rounds.length];
  process.env.L2I_TEST_SEED = String(number);
  process.env.L2I_TEST_HISTORIES = String(histories);
  process.env.L2I_TEST_STEPS = String(steps);
  const started = Date.now();
  const options = { watch: false, coverage: { enabled: false }, testTimeout: 0, reporters: ["dot"] };
  const vitest = await startVitest("test", [`test/laboratory/${file}.test.ts`], options);
  const isExact =
    vitest.state.getCountOfFailedTests() === 0 &&
    vitest.state.getFiles().every(({ result }) => result?.state === "pass");
  await vitest.close();
  if (!isExact) {
    process.exitCode = 1;
    return;
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  appendFileSync(journal, `${JSON.stringify({ seed: number, file, histories, steps, seconds })}\n`);
}
