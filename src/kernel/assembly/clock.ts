// The event time of a row, by the arithmetic of ../../format/time.ts, in the same order. ../clock.ts lays out what it needs.

/** Milliseconds since 1970 of all of a time but second and fraction, NaN where it is none; `id`: the text that the column's table has. */
@external("env", "minuteOf")
declare function minuteOf(id: i32): f64;

// Of a clock, 32-bit numbers.
const IS_EPOCH = 0;
const SLOT = 4; // offset in a row
const DIGITS = 8; // of the fraction
const MINUTES = 12; // address of what minuteOf answered, by id; -1: it was not asked
const UNIT = 16; // f64: of an epoch, what is a millisecond

const endOfTime: f64 = 9214646400000; // 2262-01-01

/** NaN: the row tells no time. */
export function timeOf(clock: usize, row: usize): f64 {
  const slot = row + <usize>load<u32>(clock, SLOT);
  const digits = load<i32>(clock, DIGITS);
  const value = digits > 0 ? load<i32>(slot, 8) : 0;
  if (value < 0) return NaN; // `-`
  const fraction = digits == 6 ? <f64>value / 1000 : <f64>value;
  let time: f64;
  if (load<i32>(clock, IS_EPOCH)) {
    time = (<f64>load<i32>(slot) * 1000000000 + <f64>load<i32>(slot, 4)) / load<f64>(clock, UNIT) + fraction;
  } else {
    const second = load<i32>(slot, 4);
    if (second > 60) return NaN; // 60 is a leap second
    time = minute(clock, load<i32>(slot)) + (<f64>second * 1000 + fraction);
  }
  return time >= 0 && time < endOfTime ? time : NaN;
}

@inline
function minute(clock: usize, id: i32): f64 {
  const at = <usize>load<u32>(clock, MINUTES) + (<usize>id << 3);
  let known = load<f64>(at);
  if (known == -1) store<f64>(at, (known = minuteOf(id)));
  return known;
}
