// Whole numbers as text that is short where they are small: five bits a character, least significant first, as in source maps. A
// page of two million characters holds a million cells of counts so, where JSON would hold a third of it.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const digits = new Uint8Array(128);
for (let digit = 0; digit < alphabet.length; digit++) digits[alphabet.charCodeAt(digit)] = digit;

/** Packs numbers from 0 to 2^53 - 1. */
export function packed(numbers: Iterable<number>): string {
  const parts: string[] = [];
  for (const number of numbers) parts.push(number < small.length ? small[number]! : digitsOf(number));
  return parts.join("");
}

function digitsOf(number: number): string {
  let text = "";
  let rest = number;
  for (; rest >= 32; rest = Math.floor(rest / 32)) text += alphabet[32 + (rest % 32)]!;
  return text + alphabet[rest]!;
}

/** Most numbers are. */
const small = Array.from({ length: 1024 }, (_, number) => digitsOf(number));

/** What was packed. */
export function unpacked(text: string): Float64Array {
  const numbers = new Float64Array(text.length); // at least a character each
  let count = 0;
  let number = 0;
  let unit = 1;
  for (let at = 0; at < text.length; at++) {
    const digit = digits[text.charCodeAt(at)]!;
    number += unit * (digit & 31);
    unit *= 32;
    if (digit >= 32) continue;
    numbers[count++] = number;
    number = 0;
    unit = 1;
  }
  return numbers.subarray(0, count);
}
