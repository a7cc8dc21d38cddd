// What `--anonymize-ip` asks for: client addresses are cut to their networks before a pipeline sees them, and in all that is kept or
// shown of lines. Cut twice they stay as they are.
import { anonymousList, anonymousText } from "./derived/network.ts";
import type { LineCounter, LineView } from "./format/lines.ts";
import type { LogRecord } from "./format/record.ts";

/** What a line says, with its addresses cut: the record itself, changed. */
export function anonymized(record: LogRecord): LogRecord {
  const { clientIp, xForwardedFor, message } = record;
  if (clientIp !== null) record.clientIp = anonymousList(clientIp);
  if (xForwardedFor !== null) record.xForwardedFor = anonymousList(xForwardedFor);
  if (message !== null) record.message = anonymousText(message); // servers name the client there, too
  return record;
}

/** A view of lines without their addresses. Equal ones are equal without them, so what tells lines apart stays. */
export class AnonymousView implements LineView {
  readonly counter: LineCounter | null;
  readonly #view: LineView;

  /** Its records may be changed. */
  constructor(view: LineView) {
    this.#view = view;
    this.counter = view.counter;
  }

  record(line: number): LogRecord {
    return anonymized(this.#view.record(line));
  }

  value(line: number, value: number): number | null {
    return this.#view.value(line, value);
  }
}
