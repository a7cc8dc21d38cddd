// Counts per bucket within one window of one piece. Buckets form a tree, one level an attribute, so that finding the one
// that a line belongs to builds no key: attribute names and values are looked up as the categorizer gave them.
import type { Attributes } from "../pipeline/pipeline.ts";

/** Sum, minimum and maximum of each numeric value, three numbers a value; an untouched value has minimum Infinity. */
export type Values = number[];

export function emptyValues(count: number): Values {
  const values: Values = [];
  for (let index = 0; index < count; index++) values.push(0, Infinity, -Infinity);
  return values;
}

/** Sum, minimum and maximum of nothing. */
export const absent: readonly number[] = emptyValues(1);

/** Shared by all buckets that are only a step on the way to others. */
const noValues: Values = [];

/** Adds one number to value number `index`. */
export function addValue(values: Values, index: number, value: number): void {
  const at = 3 * index;
  values[at]! += value;
  if (value < values[at + 1]!) values[at + 1] = value;
  if (value > values[at + 2]!) values[at + 2] = value;
}

export function addValues(values: Values, more: Values): void {
  for (let at = 0; at < more.length; at += 3) {
    values[at]! += more[at]!;
    values[at + 1] = Math.min(values[at + 1]!, more[at + 1]!);
    values[at + 2] = Math.max(values[at + 2]!, more[at + 2]!);
  }
}

type AttributeValue = NonNullable<Attributes[string]>;

export class Bucket {
  readonly #parent: Bucket | null;
  readonly #name: string;
  readonly #value: AttributeValue;
  /** Children by attribute value, for the one attribute name that nearly all answers have next. */
  #nextName = "";
  #next: Map<AttributeValue, Bucket> | null = null;
  /** Children under other names. */
  #others: Map<string, Map<AttributeValue, Bucket>> | null = null;
  count = 0;
  values: Values = noValues;

  constructor(parent: Bucket | null = null, name = "", value: AttributeValue = "") {
    this.#parent = parent;
    this.#name = name;
    this.#value = value;
  }

  /** The bucket below this one for the attributes, made where it is missing. */
  find(attributes: Attributes): Bucket {
    let bucket: Bucket | null = null;
    for (const name in attributes) {
      const value = attributes[name];
      if (value === null || value === undefined) continue;
      const parent: Bucket = bucket ?? this;
      bucket = parent.#child(name, value);
    }
    return bucket ?? this;
  }

  /** Name and value of each attribute, in the order of the answer. */
  attributes(): [name: string, value: AttributeValue][] {
    return this.#parent ? [...this.#parent.attributes(), [this.#name, this.#value]] : [];
  }

  #child(name: string, value: AttributeValue): Bucket {
    const children = name === this.#nextName && this.#next ? this.#next : this.#children(name);
    let child = children.get(value);
    if (!child) {
      const kept = typeof value === "string" ? copyOf(value) : value;
      children.set(kept, (child = new Bucket(this, name, kept)));
    }
    return child;
  }

  #children(name: string): Map<AttributeValue, Bucket> {
    if (!this.#next) {
      this.#nextName = name;
      return (this.#next = new Map());
    }
    this.#others ??= new Map();
    let children = this.#others.get(name);
    if (!children) this.#others.set(name, (children = new Map()));
    return children;
  }
}

/** A string of its own: a slice that is kept would keep its whole chunk in memory (400 MB instead of 62 in the prototype). */
const copyOf = (text: string): string => ` ${text}`.slice(1);
