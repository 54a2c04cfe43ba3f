// What can be seen on any machine; accounts of every kind are compared with the C server in test/interop.
import { getpwnamSync, isNssAvailable } from '@pure-ftpd/posix';
import { describe, expect, test } from 'vitest';

import { attempt } from './testing.ts';
import { UnixBackend } from './unix-backend.ts';

describe.runIf(isNssAvailable())('accounts of the system', () => {
  const backend = new UnixBackend();

  test.each(['no-such-account', '', 'a\0b', 'x'.repeat(5000), '\ud800'])('%j is unknown', async (login) => {
    expect(await backend.authenticate(attempt(login))).toEqual({ kind: 'unknown' });
  });

  test.runIf(getpwnamSync('daemon') !== undefined)('a locked account is known, and refused', async () => {
    for (const password of ['', '*', '!', 'x'])
      expect(await backend.authenticate(attempt('daemon', { password: Buffer.from(password) }))).toEqual({
        kind: 'refused',
        reason: 'wrong password',
      });
  });
});
