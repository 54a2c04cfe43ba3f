import { expect, test } from 'vitest';

import { FairBucket, type Taker } from './fair-bucket.ts';

interface Client {
  readonly taker: Taker;
  /** Bytes it asks for at a time. */
  readonly piece: number;
  asksAt: number;
  moved: number;
}

/** Has clients take for so long, on a clock of the test's own. */
class Clients {
  now = 0;
  readonly bucket: FairBucket;
  readonly #all: Client[] = [];

  constructor(rate: number) {
    this.bucket = new FairBucket(rate, () => this.now);
  }

  add(piece: number): Client {
    const client = { taker: this.bucket.taker(), piece, asksAt: this.now, moved: 0 };
    this.#all.push(client);
    return client;
  }

  /** It asks no more. */
  remove(client: Client): void {
    this.#all.splice(this.#all.indexOf(client), 1);
  }

  run(milliseconds: number): void {
    for (const end = this.now + milliseconds; this.now < end; this.now += 1)
      for (const client of this.#all) {
        if (client.asksAt > this.now) continue;
        const taken = client.taker.take(client.piece);
        client.moved += taken;
        client.asksAt = this.now + (taken === 0 ? client.taker.millisecondsUntil(client.piece) : 1);
      }
  }
}

test('those who wait take in turn: all get as much, and together the rate', () => {
  const clients = new Clients(1_000_000);
  const all = Array.from({ length: 7 }, () => clients.add(1_000_000));
  clients.run(20_000);
  const moved = all.map((client) => client.moved);
  const together = moved.reduce((sum, bytes) => sum + bytes, 0);
  expect(together).toBeLessThanOrEqual(20_000_000);
  expect(together).toBeGreaterThan(19_000_000);
  for (const bytes of moved) expect(Math.abs(bytes - together / 7)).toBeLessThan(100_000);
});

test('who has gone while it waited keeps nobody waiting for long', () => {
  const clients = new Clients(100_000);
  const [gone, other] = [clients.add(100_000), clients.add(100_000)];
  clients.run(1000);
  clients.remove(gone);
  const before = other.moved;
  clients.run(10_000);
  expect(other.moved - before).toBeGreaterThan(950_000);
});

test('what is put back others take', () => {
  const clients = new Clients(1000);
  clients.now = 50;
  const [one, other] = [clients.bucket.taker(), clients.bucket.taker()];
  expect(one.take(1000)).toBe(50);
  expect(other.take(1000)).toBe(0);
  one.putBack(50);
  expect(other.take(1000)).toBe(50);
});

test('a rate that changes holds at once: 0 is nothing, Infinity all', () => {
  const clients = new Clients(Infinity);
  const taker = clients.bucket.taker();
  expect(taker.take(1_000_000)).toBe(1_000_000);
  clients.bucket.rate = 0;
  expect(taker.take(1)).toBe(0);
  expect(taker.millisecondsUntil(1)).toBe(10);
  clients.now += 10_000;
  expect(taker.take(1)).toBe(0);
  clients.bucket.rate = 1000;
  clients.now += 100;
  expect(taker.take(1000)).toBe(100);
  clients.bucket.rate = 2000;
  clients.now += 100;
  expect(taker.take(1000)).toBe(200);
  clients.bucket.rate = Infinity;
  expect(taker.take(1_000_000)).toBe(1_000_000);
});
