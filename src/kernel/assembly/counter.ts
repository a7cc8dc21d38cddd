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
const PLACES = 24; // address of places: what is known, then what tells their lines apart
const PLACE_SHIFT = 28; // what is left of a hash is the index of a place
const ENTRIES = 32; // address of visit and sums, by series
const VISIT = 36; // entries with another one are of another window
const SUMS = 40; // address of sums: rows of numbers
const WIDTH = 44; // bytes of such a row
const SERIES = 48; // address of series, by row of sums
const SERIES_COUNT = 52;
const MOST_SERIES = 56;
const VALUES = 60; // address of values: offset in a row, offset in a row of sums, what it is multiplied with (f64)
const VALUE_COUNT = 64;
const MATCHED = 68;
const IGNORED_LINES = 72;
// f64
const START = 80; // of the window that is counted into, ms since 1970
const END = 88;
const LATEST = 96; // times behind it are ahead of the clock
const NEWEST = 104; // of lines that were counted
const NEWEST_LINE = 112; // of all
const OLDEST_LINE = 120;

/** Index of the place of a row; -1: it has none. */
export function place(counter: usize, row: usize): i32 {
  const slots = <usize>load<u32>(counter, SLOTS);
  const end = slots + (<usize>load<u32>(counter, SLOT_COUNT) << 2);
  const endOfIds = slots + (<usize>load<u32>(counter, ID_COUNT) << 2);
  const found = placeAt(load<u32>(counter, PLACES), load<u32>(counter, PLACE_SHIFT), slots, end, endOfIds, row);
  if (found == 0) return noPlace;
  return <i32>((found - load<u32>(counter, PLACES)) / (4 + (load<u32>(counter, SLOT_COUNT) << 2)));
}

/** Address of the place; 0: the row has none. Takes it, if others have it: nothing is known of its lines then. */
@inline
function placeAt(places: usize, shift: u32, slots: usize, end: usize, endOfIds: usize, row: usize): usize {
  let hash: u32 = 0;
  for (let slot = slots; slot < end; slot += 4) {
    const number = load<i32>(row + load<u32>(slot));
    if (number < 0 && slot < endOfIds) return 0;
    hash = (hash ^ number) * 0x9e3779b1;
  }
  const found = places + <usize>(hash >> shift) * (end - slots + 4);
  let known = found + 4;
  let differences = 0;
  for (let slot = slots; slot < end; slot += 4, known += 4) differences |= load<i32>(known) ^ load<i32>(row + load<u32>(slot));
  if (differences != 0) {
    store<i32>(found, UNASKED);
    known = found + 4;
    for (let slot = slots; slot < end; slot += 4, known += 4) store<i32>(known, load<i32>(row + load<u32>(slot)));
  }
  return found;
}

/** Of a row of sums: no lines, and of each value sum, minimum and maximum of nothing. */
@inline
function clear(sums: usize, width: usize): void {
  store<f64>(sums, 0);
  for (let at: usize = 8; at < width; at += 24) {
    store<f64>(sums + at, 0);
    store<f64>(sums + at, Infinity, 8);
    store<f64>(sums + at, -Infinity, 16);
  }
}

/** Counts lines from `line` on, up to the first of which it is not known how, and answers that one; `lines` where there is none. */
export function count(counter: usize, line: i32, lines: i32): i32 {
  const rowSize = <usize>load<u32>(counter, ROW_SIZE);
  const times = <usize>load<u32>(counter, TIMES);
  const entries = <usize>load<u32>(counter, ENTRIES);
  const visit = load<i32>(counter, VISIT);
  const allSums = <usize>load<u32>(counter, SUMS);
  const width = <usize>load<u32>(counter, WIDTH);
  const allSeries = <usize>load<u32>(counter, SERIES);
  const mostSeries = load<i32>(counter, MOST_SERIES);
  const values = <usize>load<u32>(counter, VALUES);
  const endOfValues = values + (<usize>load<u32>(counter, VALUE_COUNT) << 4);
  const places = <usize>load<u32>(counter, PLACES);
  const shift = load<u32>(counter, PLACE_SHIFT);
  const slots = <usize>load<u32>(counter, SLOTS);
  const endOfSlots = slots + (<usize>load<u32>(counter, SLOT_COUNT) << 2);
  const endOfIds = slots + (<usize>load<u32>(counter, ID_COUNT) << 2);
  const start = load<f64>(counter, START);
  const end = load<f64>(counter, END);
  const latest = load<f64>(counter, LATEST);
  let newest = load<f64>(counter, NEWEST);
  let newestLine = load<f64>(counter, NEWEST_LINE);
  let oldestLine = load<f64>(counter, OLDEST_LINE);
  let seriesCount = load<i32>(counter, SERIES_COUNT);
  let row = <usize>load<u32>(counter, ROWS) + <usize>line * rowSize;
  let matched = 0;
  let ignored = 0;
  for (; line < lines; line++, row += rowSize) {
    const time = load<f64>(times + (<usize>line << 3));
    if (load<i32>(row) <= 0 || !(time >= 0)) break; // no row; no time, or another than those that are asked for
    const at = placeAt(places, shift, slots, endOfSlots, endOfIds, row);
    if (at == 0) break;
    const series = load<i32>(at);
    if (series == IGNORED) {
      ignored++;
    } else {
      if (series < 0 || !(time >= start && time < end)) break;
      const entry = entries + (<usize>series << 3);
      if (load<i32>(entry) != visit) {
        if (seriesCount == mostSeries) break;
        store<i32>(entry, visit);
        const begun = allSums + <usize>seriesCount * width;
        store<u32>(entry, <u32>begun, 4);
        clear(begun, width);
        store<i32>(allSeries + (<usize>seriesCount << 2), series);
        seriesCount++;
      }
      matched++;
      const sums = <usize>load<u32>(entry, 4);
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
  store<i32>(counter, seriesCount, SERIES_COUNT);
  store<i32>(counter, load<i32>(counter, MATCHED) + matched, MATCHED);
  store<i32>(counter, load<i32>(counter, IGNORED_LINES) + ignored, IGNORED_LINES);
  store<f64>(counter, newest, NEWEST);
  store<f64>(counter, newestLine, NEWEST_LINE);
  store<f64>(counter, oldestLine, OLDEST_LINE);
  return line;
}
