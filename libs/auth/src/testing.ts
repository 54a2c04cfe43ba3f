// What the tests of this package share.
import { readFileSync } from 'node:fs';

import type { AddressResolver } from '@pure-ftpd/puredb';

import type { AuthResult } from './chain.ts';
import type { LoginAttempt } from './backend.ts';

const DATA = new URL('../test-data/', import.meta.url);

export function testData(name: string): string {
  return new URL(name, DATA).pathname;
}

/** The rows of a tab-separated table, without comments. */
export function rows(name: string): string[][] {
  return readFileSync(testData(name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
}

/** A login as the golden tables were made: from 192.0.2.77 to 192.0.2.10, with the password of all their users. */
export function attempt(login: string, changes: Partial<LoginAttempt> = {}): LoginAttempt {
  return {
    login,
    password: Buffer.from('golden'),
    localAddress: '192.0.2.10',
    localPort: 21,
    clientAddress: '192.0.2.77',
    encrypted: false,
    ...changes,
  };
}

/** The hosts file of the golden tables, and the numeric forms that the C library takes for names. */
export const goldenNames: AddressResolver = async (name, family) => {
  const known: Record<string, Record<4 | 6, string | undefined>> = {
    'client.example.net': { 4: '192.0.2.77', 6: '2001:db8::77' },
    '0xc000024d': { 4: '192.0.2.77', 6: undefined },
    '192.0.2': { 4: '192.0.0.2', 6: undefined },
    '3221225549': { 4: '192.0.0.77', 6: undefined },
  };
  const address = known[name]?.[family];
  if (address === undefined) throw new Error('no such name');
  return address;
};

/** How a login ended, in a word. */
export function outcome({ kind }: AuthResult): string {
  return kind === 'accepted' ? 'accept' : kind === 'refused' ? 'refuse' : kind;
}
