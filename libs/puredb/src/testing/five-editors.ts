// Run by a test as a process of its own: five editors at once on one file.
import { PasswdFile } from '../text-file.ts';
import { parseTextLine } from '../text-record.ts';
import { join, dirname } from 'node:path';

const [path = '', name = ''] = process.argv.slice(2);
const line = parseTextLine(Buffer.from('u:*:3001:3001::/srv/./'));
if (line.kind !== 'user') throw new Error('invalid');
const { record } = line;
const users = new PasswdFile(path);
const shared = new PasswdFile(join(dirname(path), 'shared'));

await Promise.all(
  [1, 2, 3, 4, 5].map(async (turn) => {
    await users.add({ ...record, login: `${name}${turn}` });
    await shared.edit('counter', (current) => ({
      ...record,
      login: 'counter',
      maxFiles: (current.record?.maxFiles ?? 0n) + 1n,
    }));
  }),
);
