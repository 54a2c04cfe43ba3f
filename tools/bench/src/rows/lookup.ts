import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDatabase, PureDB } from '@pure-ftpd/puredb';
import type { Row } from '../row.ts';
import { login, USERS, writeUsers } from './users.ts';

const LOOKUPS = 20_000;

/** A step that visits every user before it comes back, in no order that a cache could like. */
const STEP = 1_000_003;

function bytesRead(): number {
  return Number(/^rchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'latin1'))?.[1]);
}

/** What a login costs: the database is opened, one user is looked up, and it is closed. */
function lookUp(database: string, count: number): number[] {
  const before = bytesRead();
  const started = performance.now();
  for (let index = 0; index < LOOKUPS; index++) {
    using users = PureDB.open(database);
    if (users.lookup(login((index * STEP) % count)).kind !== 'found') throw new Error('a user was not found');
  }
  const seconds = (performance.now() - started) / 1000;
  return [LOOKUPS / seconds, (bytesRead() - before) / LOOKUPS];
}

export const lookup: Row = {
  name: 'lookup',
  title: `One user of ${USERS.toLocaleString('en-US')}: the database is opened, the user found, and it is closed, as at every login.`,
  measures: [
    { name: 'look-ups', unit: '/s', better: 'higher' },
    { name: 'read for each', unit: 'bytes', better: 'lower' },
  ],
  runs: 5,
  warmsUp: false,
  async prepare({ folder, scaled }) {
    const text = join(folder, 'users');
    const database = join(folder, 'users.pdb');
    const users = scaled(USERS);
    writeUsers(text, users);
    await buildDatabase(text, database);
    return {
      contenders: [{ name: 'ours', kind: 'ours', run: async () => lookUp(database, users) }],
      notes: [
        'The C programs have no command that looks up one user in a database: `pure-pw show` reads the text file.',
      ],
      [Symbol.asyncDispose]: async () => {},
    };
  },
};
