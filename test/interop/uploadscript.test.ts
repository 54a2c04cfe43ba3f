// Finished uploads from server to script: ours and the C programs in all directions [spec interop.md rows 31 to 35].
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer, tempFolder, type RunningServer, type TempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { golden } from '../support/golden.ts';
import { type Outcome, PrivateMachine } from '../support/private-machine.ts';
import { c, ours, type Side, sides } from '../support/programs.ts';
import { createUserDatabase } from '../support/user-database.ts';

const PIPE = '/var/run/pure-ftpd.upload.pipe';
const announce = [process.execPath, join(import.meta.dirname, '..', 'support', 'announce-client.ts')].join(' ');

/** Writes what it was called with into a file, as one record. */
function recorder(folder: TempFolder): { readonly script: string; readonly calls: () => string[] } {
  const script = folder.file('script');
  const log = folder.file('log');
  const show = `printf '%s|%s\\n' "$#" "$1"; env | grep ^UPLOAD_ | LC_ALL=C sort; echo "$MARK"; pwd; id -u; id -G; readlink /proc/$$/fd/0; umask`;
  // In one write: scripts may run at the same time.
  const text = ['#!/bin/sh', `out=$({ ${show}; } 2>&1)`, `printf '%s\\0' "$out" >> '${log}'`];
  writeFileSync(script, `${text.join('\n')}\n`);
  chmodSync(script, 0o755);
  writeFileSync(log, '');
  return { script, calls: () => readFileSync(log, 'latin1').split('\0').slice(0, -1) };
}

/** The paths that the script was called with. */
const pathsOf = (calls: readonly string[]): string[] => calls.map((call) => call.split('\n')[0]?.slice(2) ?? '');

async function logIn({ port }: RunningServer): Promise<RawClient> {
  const client = await RawClient.connect(port);
  await client.reply();
  await client.command('USER alice');
  expect((await client.command('PASS p')).code).toBe(230);
  await client.command('TYPE I');
  return client;
}

describeWith(['root', 'pure-ftpd', 'pure-uploadscript'], 'uploads, from server to script', () => {
  let folder: TempFolder;
  let home: string;
  let database: string;
  beforeEach(async () => {
    folder = tempFolder();
    home = folder.file('home');
    mkdirSync(join(home, 'sub'), { recursive: true });
    for (const name of [home, join(home, 'sub')]) chmodSync(name, 0o777);
    database = await createUserDatabase(folder.path, [
      { login: 'alice', password: 'p', uid: 65_534, gid: 65_534, home },
    ]);
  });
  afterEach(() => folder.remove());

  /** The C server, with programs that share its /run started beside it. */
  function startC(...beside: readonly string[]): Promise<RunningServer> {
    const command = (port: number): string[] => {
      const server = `${c.program('pure-ftpd')} -S 127.0.0.1,${port} -l puredb:${database} -o -E -H`;
      return ['sh', '-c', `${beside.map((one) => `${one} & `).join('')} exec ${server}`];
    };
    return startServer(command, { env: { MARK: 'inherited', UPLOAD_VUSER: 'nobody' } });
  }

  test('the C server is served by our script runner as by its own', async () => {
    const seen: string[][] = [];
    for (const { program } of [c, ours]) {
      const { script, calls } = recorder(folder);
      await using server = await startC(`${program('pure-uploadscript')} -r ${script} -p ${folder.file('pid')}`);
      const client = await logIn(server);
      const steps = [
        ['STOR plain.txt', 'x'],
        ['APPE plain.txt', 'yz'],
        ['STOR empty', ''],
        ['STOR sub/../sub/rel.txt', '1'],
        ['STOR odd |&;$(x)`y` "q" \'s\'', '1'],
        ['STOR latin\u00e9\u0080\u009f', '1'],
        ['STOR caf\u00c3\u00a9', '1'],
      ] as const;
      for (const [index, [command, content]] of steps.entries()) {
        expect((await client.transmit(command, content)).code).toBe(226);
        // Files change: each is looked at before the next step.
        await untilTrue('the script ran', () => calls().length === index + 1);
      }
      client.close();
      seen.push(calls());
    }
    expect(seen[0]).toHaveLength(7);
    expect(seen[1]).toEqual(seen[0]);
    expect(pathsOf(seen[1] ?? [])).toContain(join(home, 'odd |&;$(x)`y` "q" \'s\''));
  });

  test('scripts of ours run as the user that is given', async () => {
    const { script, calls } = recorder(folder);
    chmodSync(folder.file('log'), 0o666);
    await using server = await startC(`${ours.program('pure-uploadscript')} -B -u 65534 -g 65533 -r ${script}`);
    const client = await logIn(server);
    await client.transmit('STOR f', 'x');
    client.close();
    await untilTrue('the script ran', () => calls().length === 1);
    expect(calls()[0]).toMatch(/\n65534\n65533\n\/dev\/null\n/);
  });

  test.each(sides)('our server and the C server share the pipe to the script runner: $name', async ({ program }) => {
    const { script, calls } = recorder(folder);
    const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
    for (const name of names) writeFileSync(folder.file(name), '');
    const ourServer = `${announce} bob ${names.map((name) => folder.file(name)).join(' ')}`;
    await using server = await startC(ourServer, `${program('pure-uploadscript')} -r ${script}`);
    const client = await logIn(server);
    for (const name of names) await client.transmit(`STOR ${name}`, 'x');
    client.close();
    await untilTrue('all scripts ran', () => calls().length >= 100);
    const own = names.map((name) => folder.file(name));
    const heard = pathsOf(calls());
    expect(heard.filter((path) => own.includes(path))).toEqual(own);
    expect(heard.filter((path) => !own.includes(path))).toEqual(names.map((name) => join(home, name)));
    expect(calls()[0]).toMatch(/UPLOAD_VUSER=(?:bob|alice)\n/);
  });
});

const good = (path: string): string => `\u0002al\u0001${path}\u0000`;
const named = (side: Side, { stderr, ...rest }: Outcome): Outcome => ({
  ...rest,
  stderr: stderr.replaceAll(side.program('pure-uploadscript'), 'pure-uploadscript'),
});

/** Paths of the sample stream, as they are on the machine. */
function sampleFiles(): string[] {
  const records = readFileSync(golden('upload', 'fifo-all.bin'), 'latin1').split('\0').slice(0, -1);
  const vhost = '/etc/pure-ftpd/pure-ftpd/192.0.2.10';
  return records.map((record) => record.slice(record.indexOf('\u0001') + 1).replace(/^192\.0\.2\.10:/, vhost));
}

describeWith(['root', 'pure-uploadscript'], 'script runners, side by side', () => {
  let machine: PrivateMachine;
  beforeAll(async () => {
    machine = await PrivateMachine.start({ 'pure-ftpd/pure-ftpd/192.0.2.10/incoming/vh.txt': 'x' });
  });
  afterAll(() => machine?.[Symbol.asyncDispose]());

  const inMachine = (side: Side, line: string, prefix: readonly string[] = []): Promise<Outcome> =>
    machine.run([...prefix, side.program('pure-uploadscript'), ...line.split(' ').filter(Boolean)], { cwd: '/' });

  /** Feeds a stream to a script runner, then the path /srv/end, and answers what its script was called with. */
  async function feed(side: Side, stream: string, files: readonly string[], options = ''): Promise<string[]> {
    using folder = tempFolder();
    const { script, calls } = recorder(folder);
    writeFileSync(folder.file('stream'), stream, 'latin1');
    writeFileSync(folder.file('files'), [...files, '/srv/end'].join('\n') + '\n', 'latin1');
    const steps = [
      `grep ^/srv '${folder.file('files')}' | while IFS= read -r f; do mkdir -p "\${f%/*}"; touch "$f"; done`,
      `rm -f ${PIPE}; mkfifo -m 600 ${PIPE}; exec 3<>${PIPE}`,
      `${side.program('pure-uploadscript')} -r '${script}' ${options} 3>&- & runner=$!`,
      `cat '${folder.file('stream')}' >&3; printf '\\002x\\001/srv/end\\000' >&3`,
      `for i in $(seq 600); do grep -q /srv/end '${folder.file('log')}' && break; sleep 0.05; done`,
      'kill $runner; wait $runner; exec 3>&-',
    ];
    const outcome = await machine.run(['sh', '-c', steps.join('\n')], { cwd: '/' });
    expect(outcome.stderr.replaceAll('Terminated\n', '')).toBe('');
    return pathsOf(calls());
  }

  test.each(sides)('$name runs the script for each upload of the sample', async (side) => {
    const files = sampleFiles();
    const stream = readFileSync(golden('upload', 'fifo-all.bin'), 'latin1');
    expect(await feed(side, stream, files)).toEqual([...files, '/srv/end']);
  });

  test.each(sides)('$name goes on after bad records', async (side) => {
    const bad = [
      '\u0002a\nb\u0001/srv/a\u0000',
      '\u0002al\u0001/srv/\u007fa\u0000',
      '\u0002al\u0001/srv/missing-end',
      `\u0002${'x'.repeat(200)}\u0001/srv/a\u0000`,
      '\u0002al\u0001relative\u0000',
      '\u0002al\u0001/srv/nothing\u0000',
      '\u0002al\u0001/srv\u0000',
    ];
    const stream = bad.map((record, index) => record + good('/srv/dropped') + good(`/srv/ok${index}`)).join('');
    const files = ['/srv/a', ...bad.map((_, index) => `/srv/ok${index}`)];
    const heard = await feed(side, stream, files);
    expect(heard).toEqual([...bad.map((_, index) => `/srv/ok${index}`), '/srv/end']);
  });

  test('ours runs several scripts at a time', async () => {
    const files = Array.from({ length: 60 }, (_, index) => `/srv/many/${index % 20}`);
    const stream = files.map((file) => `\u0002al\u0001${file}\u0000`).join('');
    const heard = await feed(ours, stream, files, '--jobs 8');
    // All that was taken is finished before it ends.
    expect(heard.toSorted()).toEqual([...files, '/srv/end'].toSorted());
  });

  test('ours, killed and started again, loses no more than it was at, and runs nothing twice', async () => {
    using folder = tempFolder();
    const { script, calls } = recorder(folder);
    const files = Array.from({ length: 300 }, (_, index) => folder.file(`u${index}`));
    for (const file of files) writeFileSync(file, '');
    writeFileSync(folder.file('stream'), files.map((file) => `\u0002al\u0001${file}\u0000`).join(''));
    const until = (name: string): string =>
      `until grep -qa ${folder.file(name)} '${folder.file('log')}'; do sleep 0.01; done`;
    const run = `${ours.program('pure-uploadscript')} -r '${script}' 3>&- & runner=$!`;
    const kill = 'kill -9 $runner; wait $runner';
    const steps = [
      `rm -f ${PIPE}; mkfifo -m 600 ${PIPE}; exec 3<>${PIPE}; cat '${folder.file('stream')}' >&3`,
      `${run}\n${until('u50')}; ${kill}`,
      `${run}\n${until('u150')}; ${kill}`,
      `${run}\n${until('u299')}`,
      'kill $runner; wait $runner; exec 3>&-',
    ];
    await machine.run(['sh', '-c', `exec 2>/dev/null\n${steps.join('\n')}`], { cwd: '/' });
    await untilTrue('the last script has ended', () => pathsOf(calls()).includes(files.at(-1) ?? ''));
    const heard = pathsOf(calls());
    expect(heard.toSorted()).toEqual([...new Set(heard)].toSorted());
    expect(heard.length).toBeGreaterThanOrEqual(files.length - 2);
    expect(heard).toEqual(files.filter((file) => heard.includes(file)));
  });

  describe('the command line', () => {
    test.each(['', '-h', '-B --help', '-x', '-r', '--run', '-B', 'extra', '--da -h', '-u 5 -g 6', '-p /x'])(
      'pure-uploadscript %s',
      async (line) => {
        expect(named(ours, await inMachine(ours, line))).toEqual(named(c, await inMachine(c, line)));
      },
    );

    test.each(['-r /bin/true', '-h', ''])('pure-uploadscript %s, not by root', async (line) => {
      const user = ['setpriv', '--reuid=3001', '--regid=3001', '--clear-groups'];
      expect(await inMachine(ours, line, user)).toEqual(await inMachine(c, line, user));
    });

    test('a FIFO that is not private is refused', async () => {
      await machine.run(['sh', '-c', `rm -f ${PIPE}; mkfifo -m 644 ${PIPE}`], { cwd: '/' });
      const outcome = await inMachine(ours, '-r /bin/true');
      expect(outcome).toEqual({ status: 255, stdout: '', stderr: `Insecure permissions on ${PIPE}\n` });
      const inBackground = await inMachine(ours, '-B -r /bin/true');
      expect(inBackground).toEqual(outcome);
      await machine.run(['rm', '-f', PIPE], { cwd: '/' });
    });

    test('an id that is none does not mean root', async () => {
      expect(await inMachine(ours, '-u abc -r /bin/true')).toEqual({
        status: 255,
        stdout: '',
        stderr: 'Illegal UID - Must be a number\n',
      });
    });
  });
});
