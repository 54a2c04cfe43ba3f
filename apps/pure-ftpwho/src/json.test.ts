import { expect, test } from 'vitest';

import { Board, entryOf } from './testing/board.ts';

test('JSON tells who does what, with null for what is not known', async () => {
  using board = new Board();
  const times = { start: 1_999_999_000, transferStart: 1_999_999_990 };
  board.put(
    'client-00000001',
    entryOf({ ...times, state: 'download', login: 'a', file: 'f', restart: 10, current: 110, total: 400 }),
  );
  const { stdout } = await board.run(['--json', '-n'], 2_000_000_000n);
  expect(JSON.parse(stdout)).toEqual({
    time: 2_000_000_000,
    sessions: [
      {
        id: 'client-00000001',
        pid: 1,
        account: 'a',
        state: 'download',
        connectedSeconds: 1000,
        client: { address: '192.0.2.77', port: expect.any(Number), name: null },
        server: { address: '192.0.2.10', port: 21, name: null },
        transfer: { file: 'f', seconds: 10, offset: 10, position: 110, size: 400, bytesPerSecond: 10 },
      },
    ],
    totals: { sessions: 1, downloads: 1, uploads: 0, downloadBytesPerSecond: 10, uploadBytesPerSecond: 0 },
  });
});

test('a name that is not UTF-8 is text that any reader takes, and its bytes', async () => {
  using board = new Board();
  board.put('client-00000001', entryOf({ state: 'upload', login: Buffer.of(0xff, 0x61), file: 'é', current: 1 }));
  const { stdout } = await board.run(['--json', '-n'], 2_000_000_000n);
  const [session] = JSON.parse(Buffer.from(stdout, 'latin1').toString()).sessions;
  expect(session).toMatchObject({ account: '\ufffda', accountBase64: '/2E=', transfer: { file: 'é' } });
  expect(session.transfer).not.toHaveProperty('fileBase64');
});

test('what a terminal, or a reader of lines, would take for more than text is escaped', async () => {
  using board = new Board();
  board.put('client-00000001', entryOf({ state: 'upload', login: 'x', file: 'a\u009b31m\u2028b\u202ec', current: 1 }));
  const { stdout } = await board.run(['--json', '-n'], 2_000_000_000n);
  expect(stdout).toContain(String.raw`"file":"a\u009b31m\u2028b\u202ec"`);
});
