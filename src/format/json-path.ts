// A dotted name → what stands there in an object. A key may itself hold dots, and keys such as `__proto__` are plain ones.

export type JsonObject = { readonly [key: string]: unknown };

/** Finds a value; undefined where there is none. */
export type Finder = (object: JsonObject) => unknown;

/** `a.b` is the key `a.b`, else the key `b` of the object (or list) `a`: the longest key that leads to something counts. */
export function finderOf(path: string): Finder {
  const steps = path.split(".");
  const finders: Finder[] = [];
  for (let from = steps.length - 1; from >= 0; from--) finders[from] = finderFrom(from, steps, finders);
  return finders[0]!;
}

/** `finders`: of what stands behind each step. */
function finderFrom(from: number, steps: readonly string[], finders: readonly Finder[]): Finder {
  const whole = steps.slice(from).join(".");
  const ways = steps
    .map((_, to) => ({ key: steps.slice(from, to).join("."), find: finders[to]! }))
    .slice(from + 1)
    .toReversed();
  return (object) => {
    if (Object.hasOwn(object, whole)) return object[whole];
    for (const { key, find } of ways) {
      const inner = Object.hasOwn(object, key) ? object[key] : undefined;
      const found = isKeyed(inner) ? find(inner) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

const isKeyed = (value: unknown): value is JsonObject => typeof value === "object" && value !== null;
