// The real program with a configuration file.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { asUser, pidFileOf, Place, runProgram, RunningDaemon } from './testing/running-daemon.ts';

let place: Place;
let file: string;

beforeAll(async () => {
  place = new Place();
  file = path.join(place.folder, 'pure-ftpd.conf');
  await place.users({ alice: 'HOME' });
});
afterAll(() => place.remove());

function write(...lines: string[]): void {
  const [, user] = asUser();
  const common = ['Bind 127.0.0.1,0', `PureDB ${place.database}`, `PIDFile ${pidFileOf(place)}`, 'NoAnonymous yes'];
  writeFileSync(file, [...common, ...(user === undefined ? [] : [`User ${user}`]), ...lines].join('\n'));
}

test.each([
  ['yes', '"/"'],
  ['no', '"PLACE/home"'],
])('a server runs as the file says: ChrootEveryone %s', async (value, directory) => {
  write(`ChrootEveryone ${value}`);
  const daemon = await RunningDaemon.startWith(place, [file]);
  try {
    const client = await daemon.session('alice');
    expect((await client.command('PWD')).text).toContain(directory.replace('PLACE', place.folder));
    client.close();
  } finally {
    await daemon.stop();
  }
});

test('an error is one line with file and line, and status 252; so says --check-config', async () => {
  write('MaxClientsNumber many');
  const line = asUser().length === 0 ? 5 : 6;
  for (const words of [[file], ['--check-config', file]]) {
    expect(await runProgram(words)).toMatchObject({
      status: 252,
      out: '',
      err: `pure-ftpd: ${file}:${line}: MaxClientsNumber "many": a number is expected\n`,
    });
  }
});

test('--check-config says the command line that the file stands for, and starts nothing', async () => {
  write('MaxClientsNumber 3', 'ChrootEveryone yes');
  const { status, out, err } = await runProgram(['--check-config', file]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toMatch(/^pure-ftpd \\\n {2}--bind=127\.0\.0\.1,0 \\\n/);
  expect(out).toMatch(/ {2}--maxclientsnumber=3 \\\n {2}--chrooteveryone\n$/);
});
