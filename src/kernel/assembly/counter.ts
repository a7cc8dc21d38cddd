// Counts rows without asking anybody, as far as the counter was told what to count them as (../kernel-counter.ts, which lays out
// the memory of both). Lines have a place by what a pipeline reads of them: the same one where that is the same.

/** What is known of the lines of a place; kernel-counter.ts and format/lines.ts have the same ones. Else it is the number of a series. */
const IGNORED: i32 = -1;
const UNASKED: i32 = -2;
const noPlace: i32 = -1;

// Of a counter, 32-bit numbers.
const ROWS = 0; // address of the first row
const ROW_SIZE = 4;
const TIMES = 8; // address of event times, by line
const SLOTS = 12; // address of offsets in a row of what tells lines apart
const SLOT_COUNT = 16;
const ID_COUNT = 20; // the first ones must not be negative
const KNOWN = 24; // address of what tells the lines of a place apart, by place
const PLACE_SHIFT = 28; // what is left of a hash is the place
const MEANINGS = 32; // address of what is known, by place
const ENTRIES = 36; // address of visit and number of the row, by series
const VISIT = 40; // rows with another one are of another window
const NUMBERS = 44; // address of rows of numbers
const WIDTH = 48; // bytes of such a row
const VALUES = 52; // address of values: offset in a row, offset in a row of numbers, what it is multiplied with (f64)
const VALUE_COUNT = 56;
const MATCHED = 60;
const IGNORED_LINES = 64;
// f64
const START = 72; // of the window that is counted into, ms since 1970
const END = 80;
const LATEST = 88; // times behind it are ahead of the clock
const NEWEST = 96; // of lines that were counted
const NEWEST_LINE = 104; // of all
const OLDEST_LINE = 112;

/** The place of a row; -1: it has none. Takes the place, if another has it: nothing is known of its lines then. */
export function place(counter: usize, row: usize): i32 {
  const slots = <usize>load<u32>(counter, SLOTS);
  const end = slots + (<usize>load<u32>(counter, SLOT_COUNT) << 2);
  const endOfIds = slots + (<usize>load<u32>(counter, ID_COUNT) << 2);
  let hash: u32 = 0;
  for (let slot = slots; slot < end; slot += 4) {
    const number = load<i32>(row + load<u32>(slot));
    if (number < 0 && slot < endOfIds) return noPlace;
    hash = (hash ^ number) * 0x9e3779b1;
  }
  const found = hash >> load<u32>(counter, PLACE_SHIFT);
  let known = <usize>load<u32>(counter, KNOWN) + <usize>found * (end - slots);
  let differences = 0;
  for (let slot = slots; slot < end; slot += 4, known += 4) {
    const number = load<i32>(row + load<u32>(slot));
    differences |= load<i32>(known) ^ number;
    store<i32>(known, number);
  }
  if (differences != 0) store<i32>(<usize>load<u32>(counter, MEANINGS) + (<usize>found << 2), UNASKED);
  return <i32>found;
}

/** Counts lines from `line` on, up to the first of which it is not known how, and answers that one; `lines` where there is none. */
export function count(counter: usize, line: i32, lines: i32): i32 {
  const rowSize = <usize>load<u32>(counter, ROW_SIZE);
  const times = <usize>load<u32>(counter, TIMES);
  const meanings = <usize>load<u32>(counter, MEANINGS);
  const entries = <usize>load<u32>(counter, ENTRIES);
  const visit = load<i32>(counter, VISIT);
  const numbers = <usize>load<u32>(counter, NUMBERS);
  const width = <usize>load<u32>(counter, WIDTH);
  const values = <usize>load<u32>(counter, VALUES);
  const endOfValues = values + (<usize>load<u32>(counter, VALUE_COUNT) << 4);
  const start = load<f64>(counter, START);
  const end = load<f64>(counter, END);
  const latest = load<f64>(counter, LATEST);
  let newest = load<f64>(counter, NEWEST);
  let newestLine = load<f64>(counter, NEWEST_LINE);
  let oldestLine = load<f64>(counter, OLDEST_LINE);
  let row = <usize>load<u32>(counter, ROWS) + <usize>line * rowSize;
  let matched = 0;
  let ignored = 0;
  for (; line < lines; line++, row += rowSize) {
    const time = load<f64>(times + (<usize>line << 3));
    if (load<i32>(row) <= 0 || !(time >= 0)) break; // no row; no time, or another than those that are asked for
    const at = place(counter, row);
    if (at < 0) break;
    const series = load<i32>(meanings + (<usize>at << 2));
    if (series == IGNORED) {
      ignored++;
    } else {
      const entry = entries + (<usize>series << 3);
      if (series < 0 || !(time >= start && time < end) || load<i32>(entry) != visit) break;
      matched++;
      const sums = numbers + <usize>load<u32>(entry, 4) * width;
      store<f64>(sums, load<f64>(sums) + 1);
      for (let value = values; value < endOfValues; value += 16) {
        const number = load<i32>(row + load<u32>(value));
        if (number < 0) continue;
        const amount = <f64>number * load<f64>(value, 8);
        const sum = sums + <usize>load<u32>(value, 4);
        store<f64>(sum, load<f64>(sum) + amount);
        if (amount < load<f64>(sum, 8)) store<f64>(sum, amount, 8);
        if (amount > load<f64>(sum, 16)) store<f64>(sum, amount, 16);
      }
      if (time > newest && time <= latest) newest = time;
    }
    if (time > newestLine && time <= latest) newestLine = time;
    if (time < oldestLine) oldestLine = time;
  }
  store<i32>(counter, load<i32>(counter, MATCHED) + matched, MATCHED);
  store<i32>(counter, load<i32>(counter, IGNORED_LINES) + ignored, IGNORED_LINES);
  store<f64>(counter, newest, NEWEST);
  store<f64>(counter, newestLine, NEWEST_LINE);
  store<f64>(counter, oldestLine, OLDEST_LINE);
  return line;
}
