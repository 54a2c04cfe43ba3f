import { parseHome } from '@pure-ftpd/auth';
import { describe, expect, test } from 'vitest';

import { confinementOf } from './confinement.ts';

function account(home: string, uid = 1000): Parameters<typeof confinementOf>[0] {
  const none = undefined;
  const limits = {
    uploadBandwidth: none,
    downloadBandwidth: none,
    uploadRatio: none,
    downloadRatio: none,
    quotaFiles: none,
    quotaSize: none,
    maxSessions: none,
  };
  return { login: 'a', method: 'puredb', uid, gid: uid, home: parseHome(home), limits, resolvesNames: false };
}

describe('confinement', () => {
  test.each([
    ['/h', false, 1000, { root: '/', directory: '/h', restricted: false }],
    ['/h', true, 1000, { root: '/h', directory: '/', restricted: true }],
    ['/h', true, 0, { root: '/', directory: '/h', restricted: false }],
    ['/h/./s', false, 1000, { root: '/h', directory: '/s', restricted: false }],
    ['/h/./s', true, 0, { root: '/h', directory: '/s', restricted: false }],
  ])('home %s, -A %s, uid %i', (home, chrootEveryone, uid, expected) => {
    expect(confinementOf(account(home, uid), chrootEveryone)).toEqual(expected);
  });
});
