import { endianness } from 'node:os';
import { BUCKETS, FILLER_SIZE, HEADER_SIZE, MAGIC, SLOT_SIZE } from './format.ts';

// The two halves of a 64-bit element, as the processor keeps them.
const HIGH = endianness() === 'LE' ? 1 : 0;
const LOW = 1 - HIGH;

const FIRST_CAPACITY = 4096;

/**
 * The slots of a database in the making: eight bytes for each record, no object.
 *
 * A slot is one 64-bit number whose order is the order of the file: bucket, then hash, then record offset. The bucket is
 * the low byte of the hash, so the hash is kept rotated, with that byte on top.
 */
export class SlotIndex {
  #halves = new Uint32Array(FIRST_CAPACITY * 2);
  #count = 0;
  readonly #perBucket = new Uint32Array(BUCKETS);
  /** Bytes of magic, table and slot lists. */
  #size = HEADER_SIZE + BUCKETS * FILLER_SIZE;

  get count(): number {
    return this.#count;
  }

  /** Size of what `encode` yields, which is also the file offset of the first record. */
  get size(): number {
    return this.#size;
  }

  /** How many bytes `add` of this hash takes in the file. */
  growth(hash: number): number {
    return this.#perBucket[hash & 0xff] === 0 ? SLOT_SIZE - FILLER_SIZE : SLOT_SIZE;
  }

  /** Adds a record that starts `offset` bytes after the first one. Offsets must come in ascending order. */
  add(hash: number, offset: number): void {
    const at = this.#count * 2;
    if (at === this.#halves.length) {
      const larger = new Uint32Array(this.#halves.length * 2);
      larger.set(this.#halves);
      this.#halves = larger;
    }
    this.#halves[at + HIGH] = (hash << 24) | (hash >>> 8);
    this.#halves[at + LOW] = offset;
    this.#count += 1;
    const bucket = hash & 0xff;
    this.#size += this.growth(hash);
    this.#perBucket[bucket] = (this.#perBucket[bucket] ?? 0) + 1;
  }

  /** Sorts the slots and yields magic, table and slot lists, in buffers that are used again for the next. */
  *encode(buffer: Buffer): Generator<Buffer> {
    new BigUint64Array(this.#halves.buffer, 0, this.#count).sort();
    yield this.#header();
    const firstRecord = this.#size;
    let slot = 0;
    let used = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#perBucket[bucket] ?? 0;
      if (used + SLOT_SIZE > buffer.length) {
        yield buffer.subarray(0, used);
        used = 0;
      }
      if (count === 0) used = buffer.writeUInt32BE(bucket + 1, used);
      for (const end = slot + count; slot < end; slot++) {
        if (used + SLOT_SIZE > buffer.length) {
          yield buffer.subarray(0, used);
          used = 0;
        }
        const rotated = this.#halves[slot * 2 + HIGH] ?? 0;
        used = buffer.writeUInt32BE(((rotated << 8) | (rotated >>> 24)) >>> 0, used);
        used = buffer.writeUInt32BE(firstRecord + (this.#halves[slot * 2 + LOW] ?? 0), used);
      }
    }
    yield buffer.subarray(0, used);
  }

  #header(): Buffer {
    const header = Buffer.alloc(HEADER_SIZE);
    MAGIC.copy(header);
    let position = HEADER_SIZE;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      header.writeUInt32BE(position, MAGIC.length + bucket * 4);
      const count = this.#perBucket[bucket] ?? 0;
      position += count === 0 ? FILLER_SIZE : count * SLOT_SIZE;
    }
    header.writeUInt32BE(position, MAGIC.length + BUCKETS * 4);
    return header;
  }
}
