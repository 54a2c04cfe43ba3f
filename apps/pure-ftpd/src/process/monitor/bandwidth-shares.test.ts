import { NO_LIMITS, parseHome } from '@pure-ftpd/auth';
import { expect, test, vi } from 'vitest';

import type { SharedLimits } from '../../limits/shared-bandwidth.ts';
import type { ToChild } from '../messages/to-child.ts';
import { WANTS_ALL } from '../messages/to-monitor.ts';
import { BandwidthShares, divided } from './bandwidth-shares.ts';
import { type KnownSession, SessionBook } from './session-book.ts';

const UNLIMITED = { upload: Infinity, download: Infinity };

class Worker {
  said: ToChild<'bandwidth'> | undefined;
  messages = 0;

  answer(message: ToChild<'bandwidth'>): void {
    this.said = message;
    this.messages += 1;
  }
}

const book = new SessionBook(0);
let count = 0;

function session(login: string, method = 'puredb'): KnownSession {
  const origin = {
    remoteAddress: '192.0.2.1',
    remotePort: 1,
    localAddress: '192.0.2.2',
    localPort: 21,
    proxy: undefined,
  };
  const known = book.arrive((count += 1).toString(16).padStart(16, '0'), origin, {});
  const home = parseHome('/home/./');
  const account = { login, method, uid: 1, gid: 1, home, limits: NO_LIMITS, resolvesNames: false };
  known.admitted = { login: { account, release: () => undefined }, identity: { uid: 1, gid: 1, groups: [] } };
  return known;
}

async function sharing(limits: SharedLimits, use: (shares: BandwidthShares, pass: () => void) => void): Promise<void> {
  vi.useFakeTimers();
  try {
    use(new BandwidthShares(limits), () => vi.advanceTimersByTime(1000));
  } finally {
    vi.useRealTimers();
  }
}

test('the server is divided by sessions, whichever process they are of', async () => {
  await sharing({ user: UNLIMITED, server: { upload: Infinity, download: 900 } }, (shares, pass) => {
    const [one, two] = [new Worker(), new Worker()];
    const [a, b, c] = [session('a'), session('b'), session('b')];
    shares.wants(one, a, 'download', WANTS_ALL);
    shares.wants(two, b, 'download', WANTS_ALL);
    shares.wants(two, c, 'download', WANTS_ALL);
    pass();
    expect(one.said?.server).toEqual({ upload: Infinity, download: 300 });
    expect(two.said?.server).toEqual({ upload: Infinity, download: 600 });
    expect(two.said?.others).toEqual(UNLIMITED);
    shares.ended(a);
    pass();
    expect(one.said?.server.download).toBe(0);
    expect(two.said?.server.download).toBe(900);
    shares.change({ user: UNLIMITED, server: { upload: Infinity, download: 100 } });
    pass();
    expect(two.said?.server.download).toBe(100);
  });
});

test('a process that wants all the time, and much, has the part of its sessions', async () => {
  await sharing({ user: UNLIMITED, server: { upload: 1000, download: 1000 } }, (shares, pass) => {
    const [hostile, honest] = [new Worker(), new Worker()];
    const [a, b] = [session('a'), session('b')];
    shares.wants(honest, b, 'upload', WANTS_ALL);
    for (let time = 0; time < 1000; time += 1) shares.wants(hostile, a, 'upload', WANTS_ALL - time);
    pass();
    expect(honest.said?.server.upload).toBe(500);
    expect(hostile.said?.server.upload).toBe(500);
    expect(honest.messages + hostile.messages).toBeLessThanOrEqual(4);
  });
});

test('the sessions of a user have one rate, anonymous ones are nobody in particular', async () => {
  await sharing({ user: { upload: 1000, download: 1000 }, server: UNLIMITED }, (shares, pass) => {
    const [one, two] = [new Worker(), new Worker()];
    shares.wants(one, session('a'), 'upload', WANTS_ALL);
    shares.wants(two, session('a'), 'upload', WANTS_ALL);
    shares.wants(two, session('b'), 'upload', WANTS_ALL);
    shares.wants(two, session('ftp', 'anonymous'), 'upload', WANTS_ALL);
    pass();
    expect([...(one.said?.users ?? [])]).toEqual([['a', { upload: 500, download: 0 }]]);
    expect([...(two.said?.users ?? [])]).toEqual([
      ['a', { upload: 500, download: 0 }],
      ['b', { upload: 1000, download: 0 }],
    ]);
    expect(two.said?.others).toEqual({ upload: 0, download: 0 });
  });
});

test('what a slow one does not want others have; what nobody wants all have', () => {
  expect(divided(1000, [{ wants: 100 }, { wants: WANTS_ALL }, { wants: WANTS_ALL }])).toEqual([100, 450, 450]);
  expect(divided(1000, [{ wants: 100 }, { wants: 200 }])).toEqual([450, 550]);
  expect(divided(Infinity, [{ wants: 1 }])).toEqual([Infinity]);
  expect(divided(1000, [])).toEqual([]);
});
