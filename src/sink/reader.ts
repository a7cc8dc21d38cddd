// What a store or a file holds, read back. The counterpart of Sink, and of several forms as well.

/** What to read. All texts are as they stand in the store. */
export interface Question {
  readonly measurement: string;
  /** Tags that all series have; a reader may answer with others besides. */
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly fields: readonly string[];
  /** Milliseconds since 1970: from the one until just before the other. */
  readonly from: number;
  readonly until: number;
}

/** Some points of one series. A series may come in several pieces, and its points field by field. */
export interface StoredSeries {
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly points: readonly StoredPoint[];
}

export interface StoredPoint {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** In the order in which they were asked for; null: it has none. */
  readonly fields: readonly (number | null)[];
}

export interface Reader {
  /** Where the points are, for messages; never holds a secret. */
  readonly source: string;
  /** Throws an L2iError (`network` or `store`) where it cannot be read. */
  read(question: Question): AsyncGenerator<StoredSeries>;
}
