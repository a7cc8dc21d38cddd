// The law of exactly-once on the simulated disk: thousands of histories in which the program may end at any change that it makes,
// and the power may fail. `npm run soak` plays many more.
import fc from "fast-check";
import { test, vi } from "vitest";
import { histories, play, settings } from "./history.ts";
import { InProcess } from "./in-process.ts";
import { keeps, MemoryStore } from "./memory-store.ts";
import { seed } from "./seed.ts";

vi.mock("node:fs", async (original) => ({
  ...(await original<typeof import("node:fs")>()),
  ...(await import("./simulated-disk.ts")).disk.synchronous,
}));
vi.mock("node:fs/promises", async () => (await import("./simulated-disk.ts")).disk.promises);

const numRuns = Number(process.env["L2I_TEST_HISTORIES"] ?? 200);

test("any history ends exact, whenever the program dies and the power fails", { timeout: 0 }, async () => {
  console.log(`${numRuns} histories on the simulated disk: seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(histories, settings, fc.boolean(), keeps, async (history, setting, isFile, dice) => {
      const store = isFile ? null : new MemoryStore(setting.isOverwriting ? [false] : dice);
      const world = new InProcess(store, true);
      try {
        await play(history, setting, world);
      } finally {
        await world.dispose();
      }
    }),
    { seed, numRuns },
  );
});
