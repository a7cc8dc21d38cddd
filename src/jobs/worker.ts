// A worker thread: counts the parts of files that it is told to, one after the other, and answers with their pieces. It makes a
// task of its own from the invocation, so all that it shares with the main thread are descriptors.
import { read } from "node:fs";
import { promisify } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import { FileCounter } from "../counting.ts";
import { formatOf } from "../format/find-format.ts";
import type { Series } from "../frequencies/series.ts";
import { type OpenFile, readerOf } from "../log/content.ts";
import type { Bytes } from "../log/pieces.ts";
import { rerun } from "../pipeline/rule-module.ts";
import { type Task, taskOf } from "../task.ts";
import { type Answer, type Given, mostWaiting, type Order, packError, type Telling } from "./message.ts";
import { packedLength, Packer } from "./packing.ts";
import { piecesOfPart } from "./source.ts";

const port = parentPort!;
const { invocation, rule, now }: Given = workerData;
const task = taskOf(invocation, rule && rerun(rule)).then((own) => ({
  own,
  counter: new FileCounter({ task: own, now }),
  packer: new Packer({ values: own.values.length, distributions: own.distributions.length }, (series) =>
    keyOf(series, own),
  ),
}));
let waiting = 0;
let onTaken = (): void => {};
let work = Promise.resolve();

port.on("message", (telling: Telling) => {
  if (telling.kind === "count") work = work.then(() => carryOut(telling));
  else {
    waiting -= telling.weight;
    onTaken();
  }
});

const hasMuchWaiting = (): boolean => waiting > mostWaiting;

async function carryOut(order: Order): Promise<void> {
  try {
    await count(order, await task);
    answer({ kind: "done", id: order.id });
  } catch (error) {
    answer({ kind: "failed", id: order.id, error: packError(error) });
  }
}

async function count(order: Order, { own, counter, packer }: Awaited<typeof task>): Promise<void> {
  const { id, part } = order;
  const { chosenFormat, maxLine } = own;
  const format = order.format === chosenFormat?.name ? chosenFormat : formatOf(order.format);
  const counted = piecesOfPart(bytesOf(order), part, counter.countingOf(format), maxLine);
  for await (const { pieces, begin, end, onDisk, tail, ending } of counted) {
    const counts = packer.pack(pieces[0]!);
    const weight = packedLength(counts);
    // A copy, since a small buffer shares its memory with others, and all of it would be sent.
    const seen = own.pace.take();
    const message = { id, begin, end, onDisk, tail: new Uint8Array(tail), ending, counts, seen, weight } as const;
    answer({ kind: "piece", ...message }, [counts.numbers.buffer]);
    waiting += weight;
    while (hasMuchWaiting()) await new Promise<void>((resolve) => (onTaken = resolve));
  }
}

function bytesOf({ fd, path, size, start }: Order): Bytes {
  const readInto = promisify(read);
  const file: OpenFile = { fd, read: ({ buffer, position }) => readInto(fd, buffer, 0, buffer.length, position) };
  return { start, once: false, readFrom: (offset) => readerOf(file, path, size, offset) };
}

function keyOf(series: Series, { seriesOf }: Task): string {
  return (series.key ??= seriesOf(series.attributes()));
}

function answer(message: Answer, handedOver: ArrayBuffer[] = []): void {
  port.postMessage(message, handedOver);
}
