// The kernel: splits the lines of a chunk into columns, 16 bytes at a time. It runs a small program (../program.ts makes it from
// the tokens of a format) over each line and writes one row of numbers a line: where columns begin and end, whole numbers, and
// ids of texts that it has seen before. It takes only lines that the regular expression would split in the same way; all others
// it leaves to it.
//
// AssemblyScript. Memory is laid out by ../program.ts and ../kernel-reader.ts. Nothing is read beyond the 96 bytes behind the text,
// which belong to its buffer.
import { timeOf } from "./clock";
import {
  BACKSLASH,
  closingQuote,
  CR,
  isLineBreak,
  LF,
  lineEnd,
  markOrSpaceAt,
  QUOTE,
  SPACE,
  spanEnd,
} from "./scan";
import { idOf, noRoom } from "./texts";

export { count, place } from "./counter";

// Opcodes; program.ts has the same ones. An instruction is sixteen 32-bit numbers: opcode, slot of its first result (-1: none is
// wanted), and six arguments; then the literal that must follow, of up to 8 bytes: the bytes, their mask, the length.
const END = 0;
const NOTHING = 1;
const TEXT = 2;
const NUMBER = 3;
const CLASS = 4;
const TIME = 5;
const REQUEST = 6;
const EPOCH = 7;
const PROTOCOL = 8;
const QUOTED = 9;
const STATUS = 10;
const instructionSize = 64;

const TAB: u8 = 0x09;
const COMMA: u8 = 0x2c;
const DASH: u8 = 0x2d;
const POINT: u8 = 0x2e;
/** "GET ", as a number. */
const GET: u32 = 0x20544547;

/** Rows that the last call of `run` wrote. */
export let rowCount: i32 = 0;
/** Lines among them that are left to the regular expression. */
export let leftCount: i32 = 0;
/** Bytes of the longest line. */
export let longest: u32 = 0;

// What `run` reads for, 32-bit numbers.
const PROGRAM = 0;
const CLOCK = 4;
const ROWS = 8;
const ROW_SIZE = 12;
const MOST_ROWS = 16;
const TIMES = 20; // address, by row
const ENDS = 24; // address, by row

/**
 * Reads lines from `text` on, up to `end`, which stands behind a line end. Writes of each its event time, where it ends, counted from
 * `text` with `from` added, and a row: 1, or 0 where the line is left to the regular expression, then what the program puts into its
 * slots. Stops early when there is no room for another row, or a table of texts is full. Answers where it stopped.
 */
export function run(order: usize, text: usize, end: usize, from: i32): usize {
  const program = <usize>load<u32>(order, PROGRAM);
  const clock = <usize>load<u32>(order, CLOCK);
  const rowSize = <usize>load<u32>(order, ROW_SIZE);
  const most = load<i32>(order, MOST_ROWS);
  let row = <usize>load<u32>(order, ROWS);
  let times = <usize>load<u32>(order, TIMES);
  let ends = <usize>load<u32>(order, ENDS);
  let at = text;
  let count = 0;
  let left = 0;
  let length: usize = 0;
  for (; at < end && count < most; count++) {
    full = false;
    let next = readLine(program, at, row);
    if (full) break;
    const time = next == 0 ? NaN : timeOf(clock, row);
    const isTaken = time == time;
    if (!isTaken) {
      if (next == 0) next = lineEnd(at);
      left++;
    }
    store<i32>(row, <i32>isTaken);
    store<f64>(times, time);
    store<i32>(ends, <i32>(next - text) + from);
    if (next - at > length) length = next - at;
    at = next;
    row += rowSize;
    times += 8;
    ends += 4;
  }
  rowCount = count;
  leftCount = left;
  longest = <u32>length;
  return at;
}

/** Where the line ends that begins at `at`; 0 where it is not taken. */
function readLine(program: usize, at: usize, row: usize): usize {
  let i = program;
  while (true) {
    const slot = row + (<usize>load<u32>(i, 4) << 2);
    const isWanted = load<i32>(i, 4) >= 0;
    switch (load<i32>(i)) {
      case END: {
        if (load<u8>(at) == CR) at++;
        return load<u8>(at) == LF ? at + 1 : 0;
      }
      case NOTHING:
        break;
      case TEXT: {
        // character set, least length, table of texts, whether a backslash escapes, whether commas make a list, whether it mostly is `-`
        if (load<i32>(i, 28) && load<u8>(at) == DASH && isLiteral(i, at + 1)) {
          at++;
          break;
        }
        const begin = at;
        at = spanEnd(at, load<u32>(i, 8));
        if (load<i32>(i, 24)) {
          while (load<u8>(at) == COMMA && at > begin) {
            at += load<u8>(at, 1) == SPACE ? 2 : 1;
            if (isBlankOrComma(load<u8>(at))) return 0;
            at = spanEnd(at, load<u32>(i, 8));
          }
        }
        if (load<i32>(i, 20)) {
          while (load<u8>(at) == BACKSLASH) {
            if (isLineBreak(load<u8>(at, 1))) return 0;
            at = spanEnd(at + 2, load<u32>(i, 8));
          }
        }
        if (at - begin < <usize>load<u32>(i, 12)) return 0;
        if (isWanted && !emitText(slot, begin, at, load<u32>(i, 16))) return 0;
        break;
      }
      case QUOTED: {
        // table of texts
        const begin = at;
        at = closingQuote(at);
        if (at == 0) return 0;
        if (isWanted && !emitText(slot, begin, at, load<u32>(i, 8))) return 0;
        break;
      }
      case STATUS: {
        // of three digits, so that what stands behind it is found without it
        const hundreds = digitAt(at);
        const tens = digitAt(at + 1);
        const ones = digitAt(at + 2);
        let value = hundreds * 100 + tens * 10 + ones;
        if (hundreds <= 9 && tens <= 9 && ones <= 9) {
          at += 3;
        } else {
          if (load<u8>(at) != DASH) return 0;
          value = -1;
          at++;
        }
        if (isWanted) store<u32>(slot, value);
        break;
      }
      case NUMBER: {
        // least and most digits; the same of the fraction, of which wanted ones have three
        let digits = digitsAt(at);
        let value = numberAt(at, digits);
        if (digits == 8) {
          for (let digit = digitAt(at + 8); digit <= 9; digit = digitAt(at + ++digits)) value = value * 10 + digit;
        }
        const mostOfFraction = load<i32>(i, 20);
        if (digits == 0 && load<u8>(at) == DASH && mostOfFraction == 0) {
          digits = 1;
          value = -1;
        } else if (digits < load<i32>(i, 8) || digits > load<i32>(i, 12)) {
          return 0;
        }
        at += digits;
        if (mostOfFraction > 0) {
          digits = digitsAt(at + 1);
          if (load<u8>(at) != POINT || digits < load<i32>(i, 16) || digits > mostOfFraction) return 0;
          value = value * 1000 + numberAt(at + 1, digits);
          at += 1 + digits;
        }
        if (isWanted) store<u32>(slot, value);
        break;
      }
      case CLASS: {
        // 256 flags, least and most characters; or `-`
        const begin = at;
        while (load<u8>(<usize>load<u32>(i, 8) + <usize>load<u8>(at))) at++;
        const length = <i32>(at - begin);
        if (length == 0 && load<u8>(at) == DASH) at++;
        else if (length == 1 && load<u8>(begin) == DASH) break;
        else if (length < load<i32>(i, 12) || length > load<i32>(i, 16)) return 0;
        break;
      }
      case TIME: {
        // width, offset of the second or -1, offset of the fraction, its width, table of texts, what is kept of the last one
        at = readTime(i, at, slot);
        if (at == 0) return 0;
        break;
      }
      case REQUEST: {
        // tables of methods and of URIs
        at = readRequest(i, at, slot);
        if (at == 0) return 0;
        break;
      }
      case EPOCH: {
        // most digits; slots: all but the last nine, the last nine
        const begin = at;
        let value: u64 = 0;
        for (let digit = digitAt(at); digit <= 9; digit = digitAt(++at)) value = value * 10 + digit;
        const digits = <i32>(at - begin);
        if (digits == 0 || digits > load<i32>(i, 8)) return 0;
        store<u32>(slot, <u32>(value / 1000000000));
        store<u32>(slot, <u32>(value % 1000000000), 4);
        break;
      }
      case PROTOCOL: {
        // table of texts
        if (!isUsualProtocol(at)) return 0;
        if (isWanted && !emitText(slot, at, at + 8, load<u32>(i, 8))) return 0;
        at += 8;
        break;
      }
      default:
        return 0;
    }
    if (!isLiteral(i, at)) return 0;
    at += load<u32>(i, 48);
    i += instructionSize;
  }
}

/** Whether what must follow the instruction's column stands there. */
@inline
function isLiteral(i: usize, at: usize): bool {
  return ((load<u64>(at) ^ load<u64>(i, 32)) & load<u64>(i, 40)) == 0;
}

/** How many of the next eight bytes are digits, before one that is none. All eight in one number: no loop to mispredict. */
@inline
function digitsAt(at: usize): i32 {
  const bytes = load<u64>(at) ^ 0x3030303030303030;
  return <i32>(ctz(((bytes + 0x7676767676767676) | bytes) & 0x8080808080808080) >> 3);
}

/** The number that up to eight digits make: neighbours are added up, then pairs, then fours. */
@inline
function numberAt(at: usize, digits: i32): u32 {
  if (digits == 0) return 0;
  let sum = (load<u64>(at) ^ 0x3030303030303030) << <u64>((8 - digits) << 3);
  sum = ((sum & 0x0f0f0f0f0f0f0f0f) * 2561) >> 8;
  sum = ((sum & 0x00ff00ff00ff00ff) * 6553601) >> 16;
  return <u32>(((sum & 0x0000ffff0000ffff) * 42949672960001) >> 32);
}

@inline
function digitAt(at: usize): u32 {
  return <u32>load<u8>(at) - 0x30;
}

@inline
function isBlankOrComma(byte: u8): bool {
  return byte == COMMA || byte == SPACE || byte == TAB || isLineBreak(byte);
}

/** "HTTP/", a digit, ".", a digit: eight bytes. */
@inline
function isUsualProtocol(at: usize): bool {
  return (
    (load<u64>(at) & 0xf0fff0ffffffffff) == 0x302e302f50545448 && load<u8>(at, 5) <= 0x39 && load<u8>(at, 7) <= 0x39
  );
}

/** Whether a table had no room: the line is to be read again once the table is empty. */
let full: bool = false;

/** Slots: addresses where it begins and ends, and its id. Answers false where the table is full. */
@inline
function emitText(slot: usize, begin: usize, end: usize, table: usize): bool {
  store<u32>(slot, <u32>begin);
  store<u32>(slot, <u32>end, 4);
  if (table == 0) return true;
  const id = idIn(table, begin, <u32>(end - begin));
  store<i32>(slot, id, 8);
  return id != noRoom;
}

@inline
function idIn(table: usize, text: usize, length: u32): i32 {
  const id = idOf(table, text, length);
  if (id == noRoom) full = true;
  return id;
}

/** Sixteen bytes of a time, digits in place of what is no key. */
@inline
function masked(at: usize, state: usize, offset: usize): v128 {
  return v128.or(v128.and(v128.load(at), v128.load(state + offset, 64)), v128.load(state + offset, 112));
}

@inline
function differing(key: v128, state: usize, offset: usize): v128 {
  return v128.xor(key, v128.load(state + offset));
}

/**
 * Slots: id of the time without second and fraction, second, fraction. Whether that is a time at all is found out when an id is
 * new. Lines of one minute differ only in what is masked out, so most cost one comparison with the line before.
 */
@inline
function readTime(i: usize, at: usize, slot: usize): usize {
  // The last key (48 bytes), its id (-1: there is none) and room, masks (48), digits in place of what is masked (48), room for a key.
  const state = <usize>load<u32>(i, 28);
  const width = <usize>load<u32>(i, 8);
  // Three loads, which overlap where the time is shorter.
  const atLast = width > 16 ? width - 16 : 0;
  const atSecond = atLast > 16 ? 16 : atLast;
  const first = masked(at, state, 0);
  const second = masked(at + atSecond, state, 16);
  const last = masked(at + atLast, state, 32);
  let id = load<i32>(state, 48);
  const difference = v128.or(differing(first, state, 0), v128.or(differing(second, state, 16), differing(last, state, 32)));
  if (id < 0 || v128.any_true(difference)) {
    if (lineEnd(at) <= at + width) return 0;
    const text = state + 160;
    v128.store(text + atLast, last);
    v128.store(text + atSecond, second);
    v128.store(text, first);
    id = idIn(load<u32>(i, 24), text, <u32>width);
    if (id < 0) return 0;
    v128.store(state, first);
    v128.store(state, second, 16);
    v128.store(state, last, 32);
    store<i32>(state, id, 48);
  }
  store<i32>(slot, id);
  const atSeconds = load<i32>(i, 12);
  if (atSeconds >= 0) {
    const tens = <u32>load<u8>(at + atSeconds) - 0x30;
    const ones = <u32>load<u8>(at + atSeconds, 1) - 0x30;
    if (tens > 9 || ones > 9) return 0;
    store<u32>(slot, tens * 10 + ones, 4);
  }
  const digits = load<i32>(i, 20);
  if (digits > 0) {
    let value: u32 = 0;
    const begin = at + load<i32>(i, 16);
    for (let k = 0; k < digits; k++) {
      const digit = <u32>load<u8>(begin + k) - 0x30;
      if (digit > 9) return 0;
      value = value * 10 + digit;
    }
    store<u32>(slot, value, 8);
  }
  return at + width;
}

/**
 * A request line between quotes. Slots: where it begins and ends; then, where it is METHOD URI HTTP/d.d and nothing is escaped,
 * begin, end and id of method and of URI; else the method's id is -1, and the whole is to be looked at.
 */
@inline
function readRequest(i: usize, at: usize, slot: usize): usize {
  const begin = at;
  let isSimple = false;
  const space = load<u32>(at) == GET ? at + 3 : markOrSpaceAt(at);
  at = space;
  if (space > begin && load<u8>(space) == SPACE) {
    const second = markOrSpaceAt(space + 1);
    at = second;
    if (second > space + 1 && load<u8>(second) == SPACE) {
      isSimple = isUsualProtocol(second + 1) && load<u8>(second, 9) == QUOTE;
      if (isSimple) {
        at = second + 9;
        if (!emitText(slot + 8, begin, space, load<u32>(i, 8))) return 0;
        if (!emitText(slot + 20, space + 1, second, load<u32>(i, 12))) return 0;
      }
    }
  }
  if (!isSimple) {
    at = closingQuote(at);
    if (at == 0) return 0;
    store<i32>(slot, -1, 16);
  }
  store<u32>(slot, <u32>begin);
  store<u32>(slot, <u32>at, 4);
  return at;
}
