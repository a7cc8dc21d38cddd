// Remembers a categorizer's answers. It is stateless, so records that differ in nothing get the same answer, and most lines of a
// log differ in nothing that a pipeline reads. The time is never the same: an answer for which it was looked at is not remembered.
import type { LineView } from "../format/lines.ts";
import type { LogRecord } from "../format/record.ts";
import type { Attributes } from "../pipeline/pipeline.ts";
import type { Bucket } from "./bucket.ts";
import type { WindowCounts } from "./piece.ts";

export type Categorize = (record: LogRecord) => Attributes | null | undefined;

/** What is known of the lines with one key. */
export interface Answer {
  /** Undefined: not known, or different from line to line. */
  attributes: Attributes | null | undefined;
  /** The time was looked at. */
  isTimed: boolean;
  /** The bucket that the last line with this answer went to, and the window it is in. */
  window: WindowCounts | null;
  bucket: Bucket | null;
}

/** A power of two. A new key takes the place of the one that was there. */
const places = 8192;

export class Memo {
  readonly #view: LineView;
  readonly #length: number;
  readonly #key: Int32Array;
  readonly #keys: Int32Array;
  #answers: (Answer | null)[];
  #generation: number;

  constructor(view: LineView) {
    this.#view = view;
    this.#length = view.keyLength;
    this.#key = new Int32Array(view.keyLength);
    this.#keys = new Int32Array(view.keyLength * places);
    this.#answers = noAnswers();
    this.#generation = view.generation;
  }

  /** What is known of a line; null: nothing can be remembered of it. */
  answerOf(line: number): Answer | null {
    const length = this.#length;
    const key = this.#key;
    if (length === 0 || !this.#view.key(line, key)) return null;
    if (this.#generation !== this.#view.generation) this.#forget();
    let hash = 0;
    for (let index = 0; index < length; index++) hash = Math.imul(hash ^ key[index]!, 0x9e3779b1);
    const place = (hash >>> 16) & (places - 1);
    const answer = this.#answers[place]!;
    const from = place * length;
    if (answer !== null && this.#isKey(from)) return answer;
    this.#keys.set(key, from);
    return (this.#answers[place] = { attributes: undefined, isTimed: false, window: null, bucket: null });
  }

  /** Buckets belong to a piece: those of the one before must not be kept by what is remembered. */
  startPiece(): void {
    for (const answer of this.#answers) if (answer) answer.window = answer.bucket = null;
  }

  #isKey(from: number): boolean {
    for (let index = 0; index < this.#length; index++) if (this.#keys[from + index] !== this.#key[index]) return false;
    return true;
  }

  #forget(): void {
    this.#answers = noAnswers();
    this.#generation = this.#view.generation;
  }
}

const noAnswers = (): null[] => Array<null>(places).fill(null);

/** What the loop over the attributes would find, hostile names too. */
function copyOf(attributes: Attributes): Attributes {
  const copy: Record<string, Attributes[string]> = Object.create(null);
  for (const name in attributes) copy[name] = attributes[name];
  return copy;
}

/** Asks the categorizer, and notes the answer unless it depends on the time. */
export function ask(categorize: Categorize, record: LogRecord, answer: Answer): Attributes | null {
  if (answer.isTimed) return categorize(record) ?? null;
  const { time } = record;
  Object.defineProperty(record, "time", {
    get() {
      answer.isTimed = true;
      return time;
    },
    enumerable: true,
  });
  const attributes = categorize(record) ?? null;
  // A copy: what the categorizer answered with is its own.
  if (!answer.isTimed) answer.attributes = attributes && copyOf(attributes);
  return attributes;
}
