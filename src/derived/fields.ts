// Fields that no log has, made of one that it has, where a rule names them beside its other fields. What each is made of, as names
// and types alone: they are published.
import type { FieldName, LogRecord } from "../format/record.ts";

/** Null: the line does not have what the field is made of, or that makes no sense. */
export interface DerivedFields {
  /** The path of `uri`, ids, numbers and tokens in it replaced by `*`, without query: `/orders/*`. */
  route: string | null;
  /** Parameters of `uri` by name, decoded; no parameters where there is no query. */
  query: Query;
  /** Which browser `userAgent` says it is, such as `Firefox`; `other` for robots and what is not known. */
  browser: string | null;
  /** Operating system by `userAgent`, such as `Windows`; `other` for what is not known. */
  os: string | null;
  /** Whether `userAgent` is that of a program without a person before it: robots, monitoring, HTTP libraries. */
  bot: boolean | null;
  /** Network of the (first) address in `clientIp`, such as `192.0.2.0/24` or `2001:db8:1::/48`. */
  clientNet: string | null;
}

/** Of a parameter that stands there more than once, the first one. Has no prototype, so any name is safe. */
export type Query = { readonly [parameter: string]: string | undefined };

export type DerivedName = keyof DerivedFields;

/** What a rule may name. */
export type AnyField = FieldName | DerivedName;

/** What a rule may read. */
export type WholeRecord = LogRecord & DerivedFields;

/** The field of the log that each is made of. */
const bases = {
  route: "uri",
  query: "uri",
  browser: "userAgent",
  os: "userAgent",
  bot: "userAgent",
  clientNet: "clientIp",
} as const satisfies { readonly [name in DerivedName]: FieldName };

/** All of them, in the order in which they are shown. */
export const derivedNames = ["route", "query", "browser", "os", "bot", "clientNet"] as const satisfies DerivedName[];

export const isDerived = (field: string): field is DerivedName => Object.hasOwn(bases, field);

/** The field of the log that has to be there for this one. */
export const baseOf = (field: AnyField): FieldName => (isDerived(field) ? bases[field] : field);

/** The fields of the log that these are, or are made of. */
export const basesOf = (fields: readonly AnyField[]): FieldName[] => [...new Set(fields.map(baseOf))];
