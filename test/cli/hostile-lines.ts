// What strangers can make a server write that a terminal would obey.

/** Escape sequences in C0 and in C1 (as UTF-8 and as a bare byte), DEL, carriage return, bell, right-to-left override. */
export const nasty = Buffer.concat([
  Buffer.from("\u001b[31mred\u001b]0;title\u0007\u009b2J\u007f\u202e\u2028"),
  Buffer.from([0x9b, 0x85, 0xff]),
  Buffer.from("\rback\u0000"),
]);

export const nastyLine = (line: string, part: string): Buffer => {
  const [before, after] = [line.slice(0, line.indexOf(part)), line.slice(line.indexOf(part) + part.length)];
  return Buffer.concat([Buffer.from(before), nasty, Buffer.from(after)]);
};
