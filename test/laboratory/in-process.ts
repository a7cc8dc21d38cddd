// The world in which the program's own parts run in this process: on real files, or on the simulated disk, which can end them at
// any change and forget what was not synced; into a store in memory, or into a file on that disk.
import { readBrain } from "../../src/log/brainfile.ts";
import type { Outcome } from "../../src/outcome.ts";
import type { Verification } from "../../src/verify.ts";
import { Laboratory } from "./laboratory.ts";
import type { MemoryStore } from "./memory-store.ts";
import { disk, Killed } from "./simulated-disk.ts";
import { lastPoints, type Sums, sumsOfLines } from "./sums.ts";
import { realFiles } from "./web-server.ts";
import type { Order, Ran, VerifyOrder, World } from "./world.ts";

export class InProcess implements World {
  readonly files;
  readonly #lab = new Laboratory();
  readonly #store: MemoryStore | null;
  readonly #isSimulated: boolean;

  /** `store`: null for the file out.lp. `isSimulated`: the test has put the simulated disk in the place of the file system. */
  constructor(store: MemoryStore | null, isSimulated: boolean) {
    this.#store = store;
    this.#isSimulated = isSimulated;
    this.files = isSimulated ? disk.server : realFiles;
    if (isSimulated) disk.format(this.folder);
    if (store)
      this.#lab.sink = {
        target: store.target,
        source: store.source,
        read: (question) => store.read(question),
        write: async (points) => {
          if (disk.isDead) throw new Killed();
          return store.write(points).catch((error: unknown) => {
            if (error instanceof Killed) disk.kill();
            throw error;
          });
        },
      };
  }

  get folder(): string {
    return this.#lab.folder;
  }

  async run({ options, now, fates, death, powerFailure, isTwice, onWrite }: Order): Promise<Ran> {
    const { messages } = this.#lab;
    this.#lab.now = disk.now = now;
    messages.said.length = 0;
    disk.death = this.#isSimulated ? death : null;
    const store = this.#store;
    const metBefore = store?.met.length;
    if (store) {
      store.fates = [...fates];
      store.onWrite = async () => {
        store.onWrite = async () => {};
        await onWrite();
      };
    }
    // In the order in which they ended: the second one is skipped, unless the first one was over that soon.
    const outcomes: Outcome[] = [];
    const run = async (): Promise<void> => void outcomes.push(await this.#lab.run(options));
    await Promise.all(Array.from({ length: isTwice ? 2 : 1 }, run));
    const wasKilled = disk.isDead;
    if (!wasKilled && disk.leftOpen > 0) throw new Error(`${disk.leftOpen} files were left open`);
    disk.revive();
    if (this.#isSimulated && powerFailure) disk.failPower(powerFailure);
    const outcome = outcomes.findLast((each) => each.outcome !== "skipped")!;
    return {
      outcome: wasKilled ? null : outcome,
      said: [...messages.said],
      mustFail: store?.met.slice(metBefore).at(-1)?.ends === "failure",
    };
  }

  verify({ options, now, since, repair }: VerifyOrder): Promise<Verification> {
    this.#lab.now = now;
    return this.#lab.verify(options, { repair, ...(since !== null && { since }) });
  }

  spoil(...given: Parameters<MemoryStore["spoil"]>): number {
    return this.#store?.spoil(...given) ?? 0;
  }

  brain(): ReturnType<World["brain"]> {
    return readBrain(this.#lab.path("brain.json"));
  }

  async sums(windowMs: number, without: readonly string[]): Promise<Sums> {
    return this.#store ? this.#store.sums(windowMs, without) : sumsOfLines(lastPoints(this.#out()), windowMs, without);
  }

  /** The loader's own points are no counts. */
  async written(): Promise<unknown> {
    return this.#store ? this.#store.met.length : this.#out();
  }

  async dispose(): Promise<void> {
    this.#lab.dispose();
  }

  #out(): string {
    return this.files.read(this.#lab.path("out.lp")).toString();
  }
}
