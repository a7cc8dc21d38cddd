// What commander hands to each command: its options under the names that `program.ts` gives them.
import type { DerivedName } from "../derived/fields.ts";

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
  readonly configOnly?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly [option: string]: unknown;
}

export interface InitFlags {
  /** A folder. */
  readonly write?: string;
}

export interface StatusFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
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
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  readonly explain?: boolean;
  readonly derived?: readonly DerivedName[];
  readonly pipeline?: string;
  /** As `--set` gives them. */
  readonly set?: readonly string[];
  readonly anonymizeIp?: boolean;
}

/** Besides, the options of an invocation that say how to read, and `out`. */
export interface ReportFlags extends MessageFlags {
  readonly out?: string;
  readonly downloads?: string;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  readonly [option: string]: unknown;
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
