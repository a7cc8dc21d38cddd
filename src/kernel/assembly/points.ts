// The bytes of points, one behind the other. ../../sink/point-writer.ts lays out the memory, leaves room for what is written, and passes
// each function where to write; each answers where that ends.

/** Series (with what stands before the count), and the count. */
export function begin(end: usize, series: usize, length: usize, count: f64): usize {
  end = writeNumber(copy(end, series, length), count);
  store<u8>(end, 0x69); // i
  return end + 1;
}

/** Name of a field (with what stands before its number), and the number. */
export function add(end: usize, name: usize, length: usize, number: f64): usize {
  return writeNumber(copy(end, name, length), number);
}

/** Milliseconds, as nanoseconds. */
export function finish(end: usize, time: f64): usize {
  store<u8>(end, 0x20);
  end = writeNumber(end + 1, time);
  if (time != 0) {
    store<u32>(end, 0x30303030);
    store<u16>(end, 0x3030, 4);
    end += 6;
  }
  store<u8>(end, 0x0a);
  return end + 1;
}

/** Eight bytes at a time, so up to seven too many, over which the next ones are written. */
@inline
function copy(end: usize, from: usize, length: usize): usize {
  for (let at: usize = 0; at < length; at += 8) store<u64>(end + at, load<u64>(from + at));
  return end + length;
}

const billion = 1000000000;

/** A whole number below 2^53. */
function writeNumber(end: usize, number: f64): usize {
  if (number < 0) {
    store<u8>(end++, 0x2d);
    number = -number;
  }
  if (number < billion) return writeDigits(end, <u32>number, digitsOf(<u32>number));
  const whole = <u64>number;
  const billions = whole / billion;
  end = writeDigits(end, <u32>billions, digitsOf(<u32>billions));
  return writeDigits(end, <u32>(whole - billions * billion), 9);
}

@inline
function digitsOf(number: u32): u32 {
  let digits: u32 = 1;
  for (let power: u32 = 10; number >= power && digits < 9; power *= 10) digits++;
  return digits;
}

/** The last digits. */
@inline
function writeDigits(end: usize, number: u32, digits: u32): usize {
  for (let at = end + digits; at > end; ) {
    const rest = number / 10;
    store<u8>(--at, 0x30 + number - rest * 10);
    number = rest;
  }
  return end + digits;
}
