// Numbers as attributes: a bucket is named by its upper bound, which belongs to it, as in a histogram of Prometheus (but
// each bucket counts only what is its own).

/** Answers the bucket's upper bound as text, `+Inf` beyond the last. */
export type Buckets = (value: number) => string;

/** `bounds` grow; `unit` is how much of a value is one of a bound. */
export function bucketsOf(bounds: readonly number[], unit = 1): Buckets {
  const labels = bounds.map(String);
  const limits = Float64Array.from(bounds, (bound) => Math.round(bound * unit));
  return (value) => {
    let index = 0;
    while (index < limits.length && value > limits[index]!) index++;
    return labels[index] ?? "+Inf";
  };
}

/** Bytes by powers of ten. */
export const defaultSizes = [0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
