// Which columns a W3C extended log has at an offset that nobody read up to: the last line before it that says so. All that lies before
// it is read, so this is for the first time only; from then on the place remembers.
import { byteOrderMark } from "../format/text.ts";
import { directiveOf } from "../format/w3c-columns.ts";
import { chunksOf } from "./chunks.ts";
import type { Content } from "./content.ts";

/** Null where no line says so. */
export async function fieldsBefore(content: Content, offset: number): Promise<string | null> {
  const reader = await content.readFrom(content.start);
  let fields: string | null = null;
  try {
    for await (const { bytes, offset: from } of chunksOf(reader, content.start, bytesOfLine).lines) {
      if (from >= offset) break;
      fields = lastFields(bytes.toString("latin1", 0, offset - from)) ?? fields;
    }
  } finally {
    reader.close();
  }
  return fields;
}

/** A longer line says nothing that would be understood. */
const bytesOfLine = 64 * 1024;

function lastFields(text: string): string | null {
  const at = Math.max(...["", byteOrderMark].map((mark) => `\n${text}`.lastIndexOf(`\n${mark}#Fields:`)));
  return at < 0 ? null : directiveOf(text.slice(at, text.indexOf("\n", at)));
}
