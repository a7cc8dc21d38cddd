// What commander hands to each command: its options under the names that `program.ts` gives them.

interface MessageFlags {
  /** How often -v was given. */
  readonly verbose: number;
  readonly quiet?: boolean;
}

export interface CommonFlags extends MessageFlags {
  readonly json?: boolean;
}

export interface RunFlags extends CommonFlags {
  readonly only?: readonly string[];
  readonly resume?: "start" | "end";
  readonly dryRun?: boolean;
}

/** Besides, with `pipeline`, some options of an invocation. */
export interface CheckFlags {
  readonly pipeline?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly [option: string]: unknown;
}

export interface StatusFlags {
  readonly json?: boolean;
}

export interface VerifyFlags extends CommonFlags {
  readonly only?: readonly string[];
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  readonly repair?: boolean;
}

/** Besides, the options of an invocation, which its own schema checks. */
export interface LoadFlags extends CommonFlags {
  readonly dryRun?: boolean;
  /** The pipeline that counts by fields. */
  readonly by?: string;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  /** Rows of the table. */
  readonly top?: number;
  readonly [option: string]: unknown;
}

export interface ParseFlags extends MessageFlags {
  readonly format: string;
  /** As `--field` gives them. */
  readonly field?: readonly string[];
  readonly schema?: string;
  readonly timezone?: string;
  readonly explain?: boolean;
}

export interface ReplFlags {
  readonly format: string;
  /** As `--field` gives them. */
  readonly field?: readonly string[];
  readonly schema?: string;
  readonly timezone?: string;
  readonly rule?: string;
}

export interface ReplayFlags extends MessageFlags {
  readonly update?: boolean;
}
