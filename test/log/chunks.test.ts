// However the bytes arrive, the same lines come out, and pieces end at the same places.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Chunk, chunksOf, pieceLength } from "../../src/log/chunks.ts";
import { portions } from "./portions.ts";

async function read(
  bytes: Buffer,
  lengths: readonly number[],
  maxLine: number,
): Promise<{ chunks: (Chunk & { text: string })[]; unfinished: number }> {
  const chunks = chunksOf(portions(bytes, lengths), 0, maxLine);
  const all: (Chunk & { text: string })[] = [];
  for await (const chunk of chunks.lines) all.push({ ...chunk, text: chunk.bytes.toString("latin1") });
  return { chunks: all, unfinished: chunks.unfinished() };
}

test("any cut of the input gives the same lines; overlong ones pass by", async () => {
  const line = fc.oneof(
    { weight: 9, arbitrary: fc.string({ maxLength: 60, unit: "binary-ascii" }) },
    { weight: 1, arbitrary: fc.constant("x".repeat(200_000)) },
  );
  const property = fc.asyncProperty(
    fc.array(line, { maxLength: 30 }),
    fc.boolean(),
    fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 5 }),
    async (lines, isWhole, lengths) => {
      const text =
        lines.map((each) => each.replaceAll("\n", "_")).join("\n") + (isWhole && lines.length > 0 ? "\n" : "");
      const bytes = Buffer.from(text, "latin1");
      const { chunks, unfinished } = await read(bytes, lengths, 100_000);
      const end = text.lastIndexOf("\n") + 1;
      expect(unfinished).toBe(text.length - end);
      let offset = 0;
      for (const chunk of chunks) {
        expect(chunk.offset).toBe(offset);
        const whole = text.slice(offset, chunk.end);
        if (chunk.isOverlong)
          expect([whole.length > 100_000, whole.indexOf("\n"), whole.startsWith(chunk.text)]).toEqual([
            true,
            whole.length - 1,
            true,
          ]);
        else expect(chunk.text).toBe(whole);
        offset = chunk.end;
      }
      expect(offset).toBe(end);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

test("pieces end at the first line end behind every 4 MiB, however the bytes arrive", async () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => `${"y".repeat(index % 300)}\n`).join(""));
  const expected: number[] = [];
  for (let boundary = pieceLength; boundary < bytes.length; boundary += pieceLength)
    expected.push(bytes.indexOf(10, boundary - 1) + 1);
  for (const lengths of [[65_536], [1000, 7], [70_000, 3]]) {
    const { chunks } = await read(bytes, lengths, 65_536);
    expect(chunks.filter(({ endsPiece }) => endsPiece).map(({ end }) => end)).toEqual(expected);
  }
  expect(expected.length).toBeGreaterThan(2);
});
