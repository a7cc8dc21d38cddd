// Tables of the texts that columns had: a number for each text, so that what it means is found out once (../text-table.ts).

/** Longer texts have no id. */
const longestText: u32 = 512;
const noId: i32 = -1;
/** The table is full. */
export const noRoom: i32 = -2;
/** Slots of the hash table that are looked at: who makes texts collide gets no ids, and costs no time. */
const mostProbes: u32 = 16;

// A table of texts: how many there are, bytes of them, most of both, then addresses of the hash table (u16: id + 1), of the
// entries (hash, address, length: 16 bytes each) and of the bytes. The hash table has 4 slots an entry.
/** The number of a text, in the order of first appearance. */
export function idOf(table: usize, text: usize, length: u32): i32 {
  if (length > longestText) return noId;
  const hash = hashOf(text, length);
  const most = load<u32>(table, 8);
  const slots = <usize>load<u32>(table, 16);
  const entries = <usize>load<u32>(table, 20);
  const mask = (most << 2) - 1;
  for (let probe: u32 = 0; probe < mostProbes; probe++) {
    const slot = slots + ((<usize>((<u32>(hash >> 32) + probe) & mask)) << 1);
    const known = load<u16>(slot);
    if (known == 0) return addText(table, slot, hash, text, length);
    const entry = entries + ((<usize>known - 1) << 4);
    if (load<u64>(entry) == hash && load<u32>(entry, 12) == length && isEqual(load<u32>(entry, 8), text, length))
      return <i32>known - 1;
  }
  return noId;
}

function addText(table: usize, slot: usize, hash: u64, text: usize, length: u32): i32 {
  const count = load<u32>(table);
  const used = load<u32>(table, 4);
  if (count >= load<u32>(table, 8) || used + length > load<u32>(table, 12)) {
    return noRoom;
  }
  const address = load<u32>(table, 24) + used;
  memory.copy(address, text, length);
  const entry = <usize>load<u32>(table, 20) + (<usize>count << 4);
  store<u64>(entry, hash);
  store<u32>(entry, address, 8);
  store<u32>(entry, length, 12);
  store<u16>(slot, <u16>(count + 1));
  store<u32>(table, count + 1);
  store<u32>(table, used + length, 4);
  return <i32>count;
}

@inline
function hashOf(text: usize, length: u32): u64 {
  const factor: u64 = 0x9e3779b97f4a7c15;
  let hash: u64 = (<u64>length + 1) * factor;
  let left = <i32>length;
  for (; left > 8; left -= 8, text += 8) {
    hash = (hash ^ load<u64>(text)) * factor;
    hash ^= hash >> 29;
  }
  if (left > 0) hash = (hash ^ (load<u64>(text) & (u64.MAX_VALUE >> (<u64>(8 - left) << 3)))) * factor;
  return hash ^ (hash >> 32);
}

@inline
function isEqual(a: usize, b: usize, length: u32): bool {
  let left = <i32>length;
  for (; left > 8; left -= 8, a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  return left <= 0 || ((load<u64>(a) ^ load<u64>(b)) & (u64.MAX_VALUE >> (<u64>(8 - left) << 3))) == 0;
}
