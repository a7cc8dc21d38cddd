// Finds characters, 16 bytes at a time. The text ends with a line end, and what is loaded behind it belongs to its buffer.

export const LF: u8 = 0x0a;
export const CR: u8 = 0x0d;
export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const BACKSLASH: u8 = 0x5c;

@inline
export function isLineBreak(byte: u8): bool {
  return byte == LF || byte == CR;
}

/**
 * The first character of the set. The text ends with a line end, which is in every set. Most texts are short; in long ones, four
 * loads share a branch.
 */
@inline
export function spanEnd(at: usize, set: usize): usize {
  const low = v128.load(set);
  const high = v128.load(set, 16);
  const first = found(at, low, high);
  if (first != 0) return at + <usize>ctz(first);
  at += 16;
  while (true) {
    const bits =
      <u64>found(at, low, high) |
      (<u64>found(at + 16, low, high) << 16) |
      (<u64>found(at + 32, low, high) << 32) |
      (<u64>found(at + 48, low, high) << 48);
    if (bits != 0) return at + <usize>ctz(bits);
    at += 64;
  }
}

/** A bit for each of 16 bytes that is in the set. */
@inline
function found(at: usize, low: v128, high: v128): u32 {
  const bytes = v128.load(at);
  const nibble = i8x16.splat(0x0f);
  const both = v128.and(
    i8x16.swizzle(low, v128.and(bytes, nibble)),
    i8x16.swizzle(high, v128.and(i16x8.shr_u(bytes, 4), nibble)),
  );
  return <u32>i8x16.bitmask(i8x16.eq(both, i8x16.splat(0))) ^ 0xffff;
}

/** The quote that ends a text, in which a backslash escapes; 0: an escape or the line ends before. */
@inline
export function closingQuote(at: usize): usize {
  at = markAt(at);
  while (load<u8>(at) == BACKSLASH) {
    if (isLineBreak(load<u8>(at, 1))) return 0;
    at = markAt(at + 2);
  }
  return at;
}

/** The first quote, backslash or line end. */
@inline
function markAt(at: usize): usize {
  const first = marks(at);
  if (first != 0) return at + <usize>ctz(first);
  at += 16;
  while (true) {
    const bits =
      <u64>marks(at) | (<u64>marks(at + 16) << 16) | (<u64>marks(at + 32) << 32) | (<u64>marks(at + 48) << 48);
    if (bits != 0) return at + <usize>ctz(bits);
    at += 64;
  }
}

@inline
function marks(at: usize): u32 {
  const bytes = v128.load(at);
  const quotes = i8x16.eq(bytes, i8x16.splat(QUOTE));
  const others = v128.or(i8x16.eq(bytes, i8x16.splat(BACKSLASH)), i8x16.eq(bytes, i8x16.splat(LF)));
  return <u32>i8x16.bitmask(v128.or(quotes, others));
}

/** The first of these or a space. */
@inline
export function markOrSpaceAt(at: usize): usize {
  const space = i8x16.splat(SPACE);
  while (true) {
    const bits = marks(at) | <u32>i8x16.bitmask(i8x16.eq(v128.load(at), space));
    if (bits != 0) return at + <usize>ctz(bits);
    at += 16;
  }
}

export function lineEnd(at: usize): usize {
  const lf = i8x16.splat(LF);
  while (true) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(at), lf));
    if (bits != 0) return at + <usize>ctz(bits) + 1;
    at += 16;
  }
}
