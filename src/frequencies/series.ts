// A series: the attributes that lines have in common. Series form a tree, one level an attribute, so that finding the one that a
// line belongs to builds no key: attribute names and values are looked up as the categorizer gave them.
import { copyOf } from "../format/text.ts";
import type { Attributes } from "../pipeline/pipeline.ts";

type AttributeValue = NonNullable<Attributes[string]>;

export type AttributeEntry = [name: string, value: AttributeValue];

export class Series {
  readonly #parent: Series | null;
  readonly #name: string;
  readonly #value: AttributeValue;
  /** Of the whole tree, by number. */
  readonly #all: Series[];
  /** In the tree. */
  readonly id: number;
  /** Children by attribute value, for the one attribute name that nearly all answers have next. */
  #nextName = "";
  #next: Map<AttributeValue, Series> | null = null;
  /** Children under other names. */
  #others: Map<string, Map<AttributeValue, Series>> | null = null;
  /** Its key (measurement, constant tags, attributes), once somebody made it. A tree belongs to one pipeline, so there is but one. */
  key: string | null = null;
  /** Its row in the window `windowId`, the last one in which it got a line. */
  row = -1;
  windowId = -1;

  /** Without arguments: the root, the series of lines without attributes. */
  constructor(parent: Series | null = null, name = "", value: AttributeValue = "", all: Series[] = []) {
    this.#parent = parent;
    this.#name = name;
    this.#value = value;
    this.#all = all;
    this.id = all.length;
    all.push(this);
  }

  /** Of the whole tree. */
  get size(): number {
    return this.#all.length;
  }

  /** The one of the tree that has the number. */
  ofTree(id: number): Series {
    return this.#all[id]!;
  }

  /** The series below this one with the attributes, made where it is missing. */
  find(attributes: Attributes): Series {
    let series: Series | null = null;
    for (const name in attributes) {
      const value = attributes[name];
      if (value === null || value === undefined) continue;
      const parent: Series = series ?? this;
      series = parent.#child(name, value);
    }
    return series ?? this;
  }

  /** Name and value of each attribute, in the order of the answer. */
  attributes(): AttributeEntry[] {
    return this.#parent ? [...this.#parent.attributes(), [this.#name, this.#value]] : [];
  }

  #child(name: string, value: AttributeValue): Series {
    const children = name === this.#nextName && this.#next ? this.#next : this.#children(name);
    let child = children.get(value);
    if (!child) {
      if (!plain.has(typeof value)) throw new TypeError(odd(name, value));
      const kept = typeof value === "string" ? copyOf(value) : value;
      children.set(kept, (child = new Series(this, name, kept, this.#all)));
    }
    return child;
  }

  #children(name: string): Map<AttributeValue, Series> {
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

const plain: ReadonlySet<string> = new Set(["string", "number", "boolean"]);

/** A categorizer's answer is what its author made of it. */
function odd(name: string, value: unknown): string {
  const kind = Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
  return `it answered with ${kind} as the attribute "${name}"; attributes are text, numbers or booleans`;
}
