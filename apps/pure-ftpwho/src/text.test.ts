import { expect, test } from 'vitest';

import { Board, entryOf } from './testing/board.ts';

const FILE = 'a\n\u001B[31mb';

test('on a terminal a name does nothing to it; in a pipe its bytes are what they are', async () => {
  using board = new Board();
  board.put('client-00000001', entryOf({ state: 'upload', login: 'x', file: FILE, current: 1 }));
  const piped = await board.run(['-n'], 2_000_000_000n);
  expect(piped.stdout).toContain(FILE);
  const shown = await board.run(['-n'], 2_000_000_000n, { isTerminal: true });
  expect(shown.stdout).not.toContain('\u001B');
  expect(shown.stdout).toContain(String.raw`a\x0a\x1b[31mb`);
});
