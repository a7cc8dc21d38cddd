// Time taken as the number of a bucket: buckets are narrow enough for percentiles, and double their width every 32 of them, so
// that a microsecond and an hour are told with the same accuracy.

/** Buckets in which a time taken doubles. Two that are joined are one of 16, and so on. */
const perDoubling = 32;

/** Beyond the time that a double can hold in microseconds. */
export const elapsedBuckets = 2048;

/** Number of the bucket; 0 holds all up to a microsecond. */
export function elapsedBucket(us: number): number {
  return us <= 1 ? 0 : Math.floor(perDoubling * Math.log2(us));
}

/** Microseconds at which a bucket begins. `joined`: how often pairs of buckets were made one. */
export function bucketStart(bucket: number, joined: number): number {
  return 2 ** ((bucket * 2 ** joined) / perDoubling);
}

/** How far the middle of a bucket may be from what lies in it: 0.011 is 1.1 %. */
export function bucketError(joined: number): number {
  return 2 ** (2 ** joined / perDoubling / 2) - 1;
}
