// A table of the texts that a column had: the kernel gives each a number when it first sees it, so that what a text means is
// found out once for each. When the table is full it is emptied: memory is bounded, and the table follows the log.
import type { Memory } from "./memory.ts";

/** A power of two below 65,536. */
export const mostTexts = 4096;
const mostBytes = 256 * 1024;
const entryLength = 16;
/** Slots of the kernel's hash table for each text, two bytes each. */
const slotsPerText = 4;

export class TextTable {
  /** In the kernel's memory: count, bytes, the most of both, and the addresses of the three parts. */
  readonly address: number;
  readonly #memory: Memory;
  readonly #slots: number;
  readonly #entries: number;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#slots = memory.take(2 * slotsPerText * mostTexts);
    this.#entries = memory.take(entryLength * mostTexts);
    const texts = memory.take(mostBytes + entryLength); // the kernel reads 8 bytes at a time
    this.address = memory.put(Int32Array.of(0, 0, mostTexts, mostBytes, this.#slots, this.#entries, texts));
  }

  /** The text that has the number, as Latin-1. */
  textOf(id: number): string {
    const entry = (this.#entries + entryLength * id) / 4;
    const begin = this.#memory.words[entry + 2]!;
    return this.#memory.textOf(begin, begin + this.#memory.words[entry + 3]!);
  }

  empty(): void {
    this.#memory.words.fill(0, this.address / 4, this.address / 4 + 2);
    this.#memory.bytes.fill(0, this.#slots, this.#slots + 2 * slotsPerText * mostTexts);
  }
}
