// The tokens of a format → a program for the kernel, the same description from which the regular expression is made. Formats
// with columns that the kernel does not know are left to the expression alone.
import type { Source } from "../format/fields.ts";
import { type Ends, endsOf } from "../format/regex.ts";
import { type CivilLayout, type EpochLayout, timeLayout } from "../format/time.ts";
import type { Column, Shape, Token } from "../format/tokens.ts";
import type { Memory } from "./memory.ts";
import { TextTable } from "./text-table.ts";

/** Opcodes; assembly/kernel.ts has the same ones, and says what their arguments are. */
const op = {
  end: 0,
  nothing: 1,
  text: 2,
  number: 3,
  class: 4,
  time: 5,
  request: 6,
  epoch: 7,
  protocol: 8,
  quoted: 9,
  status: 10,
} as const;

/** Where a row of numbers has what a column says. Slots count from the row's beginning; slot 0 says whether there is a row. */
export type Output =
  /** One slot: the number times `scale`; -1 for `-`. */
  | { readonly kind: "number"; readonly slot: number; readonly scale: number }
  /** Address where it begins, where it ends, and its id in the table; -1: it has none. */
  | { readonly kind: "text"; readonly slot: number; readonly table: TextTable }
  /** Addresses of beginning and end; then begin, end and id of method and of URI, the method's -1 where it is not as simple as that. */
  | { readonly kind: "request"; readonly slot: number; readonly methods: TextTable; readonly uris: TextTable | null };

/** Id of the time without second and fraction, the second, the fraction. `state`: address of what the kernel keeps of the last one. */
interface CivilOutput {
  readonly kind: "civil";
  readonly slot: number;
  readonly table: TextTable;
  readonly layout: CivilLayout;
  readonly state: number;
}

/** All but the last nine digits, the last nine; the fraction. */
interface EpochOutput {
  readonly kind: "epoch";
  readonly slot: number;
  readonly layout: EpochLayout;
}

export type TimeOutput = CivilOutput | EpochOutput;

export interface Program {
  readonly address: number;
  /** Slots of a row. */
  readonly rowLength: number;
  /** By index of the column's token. */
  readonly outputs: ReadonlyMap<number, Output>;
  readonly time: TimeOutput;
}

/** Puts the program for a parser of `sources` into the memory; null where the kernel cannot read the format. */
export function programOf(tokens: readonly Token[], sources: readonly Source[], memory: Memory): Program | null {
  const layout = timeLayout(tokens);
  if (layout === null) return null;
  const compiler = new Compiler(tokens, sources, layout, memory);
  return compiler.compile();
}

class Compiler {
  readonly #tokens: readonly Token[];
  readonly #sources: readonly Source[];
  readonly #wanted: ReadonlySet<number>;
  readonly #layout: CivilLayout | EpochLayout;
  readonly #memory: Memory;
  readonly #instructions: number[][] = [];
  readonly #outputs = new Map<number, Output>();
  #slots = 1;

  constructor(tokens: readonly Token[], sources: readonly Source[], layout: CivilLayout | EpochLayout, memory: Memory) {
    this.#tokens = tokens;
    this.#sources = sources;
    this.#wanted = new Set(sources.map(({ index }) => index));
    this.#layout = layout;
    this.#memory = memory;
  }

  compile(): Program | null {
    const time = this.#timeOutput(this.#layout);
    if (time === null) return null;
    for (let index = 0; index < this.#tokens.length;) {
      const next = this.#token(index, time);
      if (next === null) return null;
      index = next;
    }
    this.#add(op.end, -1);
    return {
      address: this.#memory.put(Int32Array.from(this.#instructions.flat())),
      rowLength: this.#slots,
      outputs: this.#outputs,
      time,
    };
  }

  /** Answers the index of the token that follows what was compiled; null where the kernel cannot do it. */
  #token(index: number, time: TimeOutput): number | null {
    const token = this.#tokens[index]!;
    if (time.kind === "civil" && index === time.layout.from) return this.#civilTime(time);
    if (token.kind === "time") return this.#timePart(index, time);
    if (token.kind === "column") return this.#column(token, index) ? index + 1 : null;
    this.#literal(token.text);
    return index + 1;
  }

  /** Goes with the instruction before it; what is longer than it can take, with others that do nothing else. */
  #literal(text: string): void {
    for (let at = 0; at < text.length; at += 8) {
      if (at > 0 || this.#instructions.length === 0) this.#add(op.nothing, -1);
      const bytes = Buffer.alloc(16);
      const length = bytes.write(text.slice(at, at + 8), "latin1");
      bytes.fill(0xff, 8, 8 + length);
      this.#instructions.at(-1)!.splice(8, 5, ...wordsOf(bytes), length);
    }
  }

  #column({ shape, meaning, escape }: Column, index: number): boolean {
    const isWanted = this.#wanted.has(index);
    const ends = endsOf(this.#tokens, index);
    if (ends) {
      if (!isQuoted(ends)) this.#text(index, isWanted, ends);
      else if (isWanted && meaning === "request" && !escape) this.#request(index);
      else this.#quoted(index, isWanted);
      return true;
    }
    switch (shape) {
      case "number":
      case "duration":
        // With ten digits it might not fit a slot; who does not want it does not care.
        this.#number(index, isWanted, 1, isWanted ? 9 : unbounded);
        return true;
      case "status":
        this.#status(index, isWanted);
        return true;
      case "decimal":
        return this.#decimal(index, isWanted);
      case "protocol":
        this.#protocol(index, isWanted);
        return true;
      default: {
        const characters = classes[shape];
        if (characters === undefined || isWanted) return false;
        this.#class(characters, shape === "logId" ? 6 : 1, shape === "connection" ? 1 : unbounded);
        return true;
      }
    }
  }

  #text(index: number, isWanted: boolean, { characters, least, escapes, lists }: Ends): void {
    const set = this.#set(characters);
    const flags = [Number(escapes), Number(lists), Number(!isWanted && this.#isMostlyDash(index, characters))];
    if (!isWanted) return this.#add(op.text, -1, set, least, 0, ...flags);
    const [slot, table] = [this.#take(3), new TextTable(this.#memory)];
    this.#outputs.set(index, { kind: "text", slot, table });
    this.#add(op.text, slot, set, least, table.address, ...flags);
  }

  /** Names of users are rare, and what comes next must end it. */
  #isMostlyDash(index: number, characters: string): boolean {
    const [token, next] = [this.#tokens[index]!, this.#tokens[index + 1]];
    const isName = token.kind === "column" && (token.meaning === "user" || token.meaning === "ident");
    return isName && next?.kind === "literal" && characters.includes(next.text.slice(0, 1));
  }

  #quoted(index: number, isWanted: boolean): void {
    if (!isWanted) return this.#add(op.quoted, -1);
    const [slot, table] = [this.#take(3), new TextTable(this.#memory)];
    this.#outputs.set(index, { kind: "text", slot, table });
    this.#add(op.quoted, slot, table.address);
  }

  #request(index: number): void {
    const [slot, methods] = [this.#take(8), new TextTable(this.#memory)];
    const uris = this.#sources.some((source) => source.index === index && source.field === "uri")
      ? new TextTable(this.#memory)
      : null;
    this.#outputs.set(index, { kind: "request", slot, methods, uris });
    this.#add(op.request, slot, methods.address, uris?.address ?? 0);
  }

  #protocol(index: number, isWanted: boolean): void {
    if (!isWanted) return this.#add(op.protocol, -1);
    const [slot, table] = [this.#take(3), new TextTable(this.#memory)];
    this.#outputs.set(index, { kind: "text", slot, table });
    this.#add(op.protocol, slot, table.address);
  }

  #status(index: number, isWanted: boolean): void {
    if (!isWanted) return this.#add(op.status, -1);
    const slot = this.#take(1);
    this.#outputs.set(index, { kind: "number", slot, scale: 1 });
    this.#add(op.status, slot);
  }

  #number(index: number, isWanted: boolean, least: number, most: number): void {
    if (!isWanted) return this.#add(op.number, -1, least, most);
    const slot = this.#take(1);
    this.#outputs.set(index, { kind: "number", slot, scale: 1 });
    this.#add(op.number, slot, least, most);
  }

  /** Wanted ones with three digits behind the point, as thousandths; what else there is, is left. */
  #decimal(index: number, isWanted: boolean): boolean {
    if (!isWanted) this.#add(op.number, -1, 1, unbounded, 1, 7);
    else if (!this.#isAlone(index)) return false;
    else {
      const slot = this.#take(1);
      this.#outputs.set(index, { kind: "number", slot, scale: 1000 });
      this.#add(op.number, slot, 1, 6, 3, 3);
    }
    return true;
  }

  /** Whether its field is made of this column alone. */
  #isAlone(index: number): boolean {
    const fields = new Set(this.#sources.filter((source) => source.index === index).map(({ field }) => field));
    return this.#sources.every((source) => source.index === index || !fields.has(source.field));
  }

  #class(characters: string, least: number, most: number): void {
    const flags = new Uint8Array(256);
    for (const character of characters) flags[character.charCodeAt(0)] = 1;
    this.#add(op.class, -1, this.#memory.put(flags), least, most);
  }

  /** Null where it takes too much room. */
  #timeOutput(layout: CivilLayout | EpochLayout): TimeOutput | null {
    const slot = this.#take(3);
    if (layout.kind === "epoch") return { kind: "epoch", slot, layout };
    if (layout.width > mostWidth) return null;
    const state = this.#memory.put(timeState(layout));
    return { kind: "civil", slot, table: new TextTable(this.#memory), layout, state };
  }

  #civilTime({ slot, table, layout, state }: CivilOutput): number {
    const { width, second, fraction } = layout;
    const [at, digits] = fraction === null || fraction.at === null ? [0, 0] : [fraction.at, fraction.digits];
    this.#add(op.time, slot, width, second ?? -1, at, digits, table.address, state);
    return layout.to;
  }

  /** A part of the time that stands alone. */
  #timePart(index: number, { slot, layout }: TimeOutput): number | null {
    const { fraction } = layout;
    if (layout.kind === "epoch" && index === layout.whole) this.#add(op.epoch, slot, layout.mostDigits);
    else if (index === fraction?.index) this.#add(op.number, slot + 2, fraction.digits, fraction.digits);
    else return null;
    return index + 1;
  }

  #set(characters: string): number {
    return this.#memory.put(characterSet(characters));
  }

  #take(slots: number): number {
    const first = this.#slots;
    this.#slots += slots;
    return first;
  }

  #add(...instruction: number[]): void {
    this.#instructions.push([...instruction, ...Array<number>(16 - instruction.length).fill(0)]);
  }
}

const unbounded = 2 ** 31 - 1;

/** What stands between quotes, and may be empty: a quote, a backslash or the line end ends it. */
const isQuoted = ({ characters, least, escapes }: Ends): boolean =>
  least === 0 && escapes && characters.length === 3 && characters.includes('"');

/** Of columns that the kernel only passes. What else their patterns take is left to the expression. */
const classes: { readonly [shape in Shape]?: string } = {
  hex: "0123456789abcdefABCDEF",
  connection: "X+-",
  logId: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_@+/=-",
};

/** Bytes that a time may take: three loads of 16. */
const mostWidth = 48;
/** Where the id of the last time stands in what the kernel keeps of it. */
export const lastId = 48;

/**
 * What the kernel keeps of the time it read last (48 bytes), its id (-1: there is none) and room, the masks of what counts (48), the
 * digits in place of what does not (48), and room for a key.
 */
function timeState({ width, second, fraction }: CivilLayout): Uint8Array {
  const bytes = new Uint8Array(160 + mostWidth + 16);
  bytes.fill(0xff, lastId, lastId + 4);
  const masked = new Set<number>();
  const mask = (at: number, digits: number): void => {
    for (let digit = 0; digit < digits; digit++) masked.add(at + digit);
  };
  if (second !== null) mask(second, 2);
  if (fraction !== null && fraction.at !== null) mask(fraction.at, fraction.digits);
  const last = Math.max(0, width - 16);
  // Offsets of the loads, which overlap where the time is shorter than all of them.
  for (const [load, from] of [0, Math.min(16, last), last].entries()) {
    for (let index = 0; index < 16; index++) {
      if (from + index < width && !masked.has(from + index)) bytes[64 + 16 * load + index] = 0xff;
      else bytes[112 + 16 * load + index] = 0x30;
    }
  }
  return bytes;
}

/**
 * A set of ASCII characters, for two lookups of 16 bytes at a time: a character is in it where the entry of its low four bits and the
 * one of its high four bits have a bit in common. Each value of the high ones has a bit of its own.
 */
function characterSet(characters: string): Uint8Array {
  const tables = new Uint8Array(32);
  for (const character of characters) {
    const code = character.charCodeAt(0);
    tables[code & 0x0f]! |= 1 << (code >> 4);
    tables[16 + (code >> 4)] = 1 << (code >> 4);
  }
  return tables;
}

function wordsOf(bytes: Buffer): number[] {
  return [0, 4, 8, 12].map((at) => bytes.readInt32LE(at));
}
