// What invocations may not share: names, brainfiles, files that one reads and another writes, and series, because a point
// replaces the one of the same series and window, so that one invocation would erase the counts of the other.
import { beside } from "../beside.ts";
import type { SealedInvocation } from "./invocation.ts";
import type { Path, Problem } from "./problems.ts";
import { realSpelling } from "./real-path.ts";
import type { SealedTarget } from "./sink-target.ts";

/** An invocation that has been put together, though some of its options may have been refused. */
export interface Draft {
  readonly path: Path;
  readonly invocation: SealedInvocation;
  /** Options that were refused, and stand at their defaults here. */
  readonly broken: ReadonlySet<string>;
}

/** Conflicts between the invocations of a multibrain; `place` names an invocation in a message. */
export function conflictsOf(drafts: readonly Draft[], place: (path: Path) => string): Problem[] {
  const named = drafts.filter(({ broken }) => !broken.has("name"));
  const whole = drafts.filter(({ broken }) => broken.size === 0);
  return [
    ...shared(
      named,
      "name",
      ({ name }) => name,
      (first) => `is the same as that of ${place(first.path)}; give one of them another "name"`,
    ),
    ...shared(
      drafts,
      "brainfile",
      ({ brainfile }) => brainfile && realSpelling(brainfile),
      (first) => `is the same file as that of ${place(first.path)}; each invocation needs a checkpoint of its own`,
    ),
    ...fileConflicts(drafts, place),
    ...shared(whole, null, seriesOf, sameSeries(place)),
  ];
}

/** Files that are to be written though they are, or are for, something else. */
export function fileConflicts(drafts: readonly Draft[], place: (path: Path) => string): Problem[] {
  const files = drafts.flatMap(filesOf).toSorted((left, right) => left.rank - right.rank);
  const firsts = new Map(files.toReversed().map((file) => [file.file, file]));
  return files.flatMap(({ file, use, path }) => {
    const first = firsts.get(file)!;
    const taken =
      first.use === "kept"
        ? `a file that lies beside what ${place(first.path)} names`
        : `the file that ${place(first.path)} names`;
    return first.use === use ? [] : [{ path, message: `would be written to ${taken}; give it one of its own` }];
  });
}

function shared(
  drafts: readonly Draft[],
  key: string | null,
  identityOf: (invocation: SealedInvocation) => string | null,
  message: (first: Draft, later: Draft) => string,
): Problem[] {
  const firsts = new Map<string, Draft>();
  return drafts.flatMap((draft) => {
    const identity = identityOf(draft.invocation);
    if (identity === null) return [];
    const first = firsts.get(identity);
    if (!first) firsts.set(identity, draft);
    return first ? [{ path: key === null ? draft.path : [...draft.path, key], message: message(first, draft) }] : [];
  });
}

interface NamedFile {
  readonly path: Path;
  /** The option; `kept`: what l2i keeps beside the brainfile. */
  readonly use: string;
  readonly file: string;
  /** Of two uses of a file the one of higher rank is at fault: what is read was there before. */
  readonly rank: number;
}

function filesOf({ path, invocation: { logs, brainfile, sink, rejects, schema } }: Draft): NamedFile[] {
  const named: [use: string, file: string | null, key?: string][] = [
    ...logs.map((log): [string, string] => ["log", log]),
    ["brainfile", brainfile],
    ...keptBeside(brainfile).map((file): [string, string, string] => ["kept", file, "brainfile"]),
    ["out", sink?.kind === "file" ? sink.path : null],
    ["rejects", rejects],
    ["schema", schema?.path ?? null],
  ];
  return named.flatMap(([use, file, key = use], rank) =>
    file === null || file === "-"
      ? []
      : [{ path: [...path, key], use, file: realSpelling(file), rank: isRead.has(use) ? 0 : rank + 1 }],
  );
}

const isRead: ReadonlySet<string> = new Set(["log", "schema"]);

function keptBeside(brainfile: string | null): string[] {
  if (brainfile === null) return [];
  const { temporary, damaged, refused } = beside(brainfile);
  return [temporary, damaged, refused];
}

type SeriesOwner = Pick<SealedInvocation, "sink" | "measurement" | "pipeline" | "tags">;

/** Two invocations of which this is equal write the same points: attributes do not tell them apart for certain. */
export function seriesOf({ sink, measurement, pipeline, tags }: SeriesOwner): string | null {
  if (sink === null) return null;
  return JSON.stringify([
    storeOf(sink),
    measurement ?? pipeline,
    Object.entries(tags).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  ]);
}

function storeOf(sink: SealedTarget): readonly (string | null)[] {
  if (sink.kind === "file") return [sink.path === "-" ? "-" : realSpelling(sink.path)];
  if (sink.kind === "influx1") return [sink.url, sink.database, sink.retentionPolicy];
  return [sink.url, sink.org, sink.bucket];
}

function sameSeries(place: (path: Path) => string): (first: Draft, later: Draft) => string {
  return (first, { invocation: { measurement, pipeline } }) =>
    `writes the same series as ${place(first.path)} (measurement "${measurement ?? pipeline}", equal constant tags), so one would erase the counts of the other; give one of them a tag, such as "tag": {"service": "shop"}`;
}
