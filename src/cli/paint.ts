// Colours, for people at a terminal; not for pipes and files, nor for who says NO_COLOR.

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Colours a text that is safe for a terminal: what colours it is not. */
export type Paint = (colour: keyof typeof codes, text: string) => string;

/** How text for a stream is coloured; FORCE_COLOR colours it wherever it goes, such as into the log of a CI. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const { NO_COLOR = "", FORCE_COLOR = "" } = process.env;
  const isForced = FORCE_COLOR !== "" && FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  const isColoured = NO_COLOR === "" && (isForced || (stream.isTTY && stream.hasColors()));
  return isColoured ? (colour, text) => `\x1b[${codes[colour]}m${text}\x1b[0m` : (_, text) => text;
}
