// Writes many points as line protocol: bytes into a buffer, digit by digit, in a quarter of the time that texts put together take.
// What it writes is what `point` writes (line-protocol.ts).
import { fieldPrefix, nanoseconds } from "./line-protocol.ts";

/** Points of which one text is made; each of them is a slice of it. */
const pointsPerText = 1000;
const initialLength = 256 * 1024;
/** Bytes that a number takes at most. */
const numberLength = 32;
const million = 1_000_000;

export class PointWriter {
  readonly #prefixes: readonly Buffer[];
  #bytes = Buffer.allocUnsafe(initialLength);
  #end = 0;
  #points = 0;
  readonly #lines: string[] = [];
  /** Points come by series: this one's bytes are those of the last. */
  #series = "";
  #seriesBytes: Buffer = Buffer.alloc(0);

  /** `fields`: names of the numbers that points may have besides the count. */
  constructor(fields: readonly string[]) {
    this.#prefixes = fields.map((name) => Buffer.from(fieldPrefix(name)));
  }

  /** Begins a point. `series`: a key as `seriesKey` makes it. */
  begin(series: string, count: number): void {
    if (series !== this.#series || this.#seriesBytes.length === 0) {
      this.#series = series;
      this.#seriesBytes = Buffer.from(`${series} count=`);
    }
    this.#write(this.#seriesBytes);
    this.#writeNumber(count);
    this.#bytes[this.#end++] = 0x69; // i
  }

  /** Gives it a number of the field with that index; one that is not finite is left out. */
  add(field: number, number: number): void {
    if (!Number.isFinite(number)) return;
    this.#write(this.#prefixes[field]!);
    this.#writeNumber(number);
  }

  /** Ends it. `time`: ms since 1970, a whole number. */
  end(time: number): void {
    this.#makeRoom(2 * numberLength);
    this.#bytes[this.#end++] = 0x20;
    if (time >= million && time < 2e15) {
      const millions = Math.floor(time / million);
      this.#writeNumber(millions);
      this.#writeDigits(time - millions * million, 6);
      this.#writeDigits(0, 6);
    } else this.#writeText(nanoseconds(time));
    this.#bytes[this.#end++] = 0x0a;
    if (++this.#points === pointsPerText) this.#takeText();
  }

  /** The points since it was asked last, without line ends. */
  lines(): string[] {
    this.#takeText();
    return this.#lines.splice(0);
  }

  #takeText(): void {
    if (this.#points === 0) return;
    for (const line of this.#bytes.toString("utf8", 0, this.#end - 1).split("\n")) this.#lines.push(line);
    this.#end = 0;
    this.#points = 0;
  }

  /** Leaves room for a number behind it. */
  #write(bytes: Buffer): void {
    this.#makeRoom(bytes.length + numberLength);
    const into = this.#bytes;
    let end = this.#end;
    for (let index = 0; index < bytes.length; index++) into[end++] = bytes[index]!;
    this.#end = end;
  }

  #writeNumber(number: number): void {
    if (number === (number | 0) && number >= 0) this.#writeDigits(number, digitsOf(number));
    else this.#writeText(String(number + 0)); // + 0 turns -0 into 0
  }

  /** The last digits of a whole number below 2^31. */
  #writeDigits(number: number, digits: number): void {
    const into = this.#bytes;
    let rest = number;
    for (let at = this.#end + digits - 1; at >= this.#end; at--) {
      const next = (rest / 10) | 0;
      into[at] = 0x30 + rest - next * 10;
      rest = next;
    }
    this.#end += digits;
  }

  #writeText(text: string): void {
    this.#end += this.#bytes.write(text, this.#end, "latin1");
  }

  #makeRoom(length: number): void {
    if (this.#end + length <= this.#bytes.length) return;
    this.#bytes = Buffer.concat([this.#bytes.subarray(0, this.#end)], 2 * this.#bytes.length + length);
  }
}

function digitsOf(number: number): number {
  let digits = 1;
  for (let power = 10; digits < 10 && number >= power; power *= 10) digits++;
  return digits;
}
