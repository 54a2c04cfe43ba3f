import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isSpawnAvailable } from '@pure-ftpd/posix';
import { untilTrue } from '@pure-ftpd/testing';
import type { UploadRecord } from '@pure-ftpd/uploads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Dispatcher } from './dispatcher.ts';
import { inheritedEnvironment, uploadVariables } from './environment.ts';
import { StartError } from './exit-status.ts';
import { parseOptions, usage, UsageRequest } from './options.ts';
import { Programs } from './programs.ts';
import { findUploadedFile } from './uploaded-file.ts';

// The whole program, beside the C one: test/interop/uploadscript.test.ts.
describe('a command line', () => {
  const common = {
    program: '/a',
    uid: 0,
    gid: 0,
    daemonize: false,
    jobs: 1,
    timeLimitMs: undefined,
    journal: undefined,
  };

  it.each([
    ['-r /a', {}],
    ['-r /a --run=/b', {}],
    ['-B -u 5 --gid 6 -p /p --run /a more', { daemonize: true, uid: 5, gid: 6, pidFile: '/p' }],
    ['--jobs 4 --time-limit 60 -r/a', { jobs: 4, timeLimitMs: 60_000 }],
    ['--journal /j -r/a', { journal: { folder: '/j', name: 'script' } }],
    ['--journal /j --reader scan -r/a', { journal: { folder: '/j', name: 'scan' } }],
  ])('%s', (line, expected) => {
    expect(parseOptions(line.split(' '))).toEqual({
      ...common,
      pidFile: '/var/run/pure-uploadscript.pid',
      ...expected,
    });
  });

  it.each(['', '-h', '-x', '-r', '--run', '-u 5'])('%j is answered with the list of options', (line) => {
    expect(() => parseOptions(line === '' ? [] : line.split(' '))).toThrow(UsageRequest);
  });

  it.each([
    '-u abc -r /a',
    '-g -1 -r /a',
    '-u 4294967295 -r /a',
    '--jobs 0 -r /a',
    '--time-limit x -r /a',
    '--forget -r /a',
  ])('%s does not start', (line) => {
    expect(() => parseOptions(line.split(' '))).toThrow(StartError);
  });

  it('has the list of options of the C program', () => {
    expect(usage()).toBe(readFileSync(join(import.meta.dirname, '..', 'test-data', 'usage.out'), 'utf8'));
  });
});

const upload = (path: string): UploadRecord => ({ login: Buffer.from('al'), path: Buffer.from(path) });

/** Work that ends when it is told to, and says what it did. */
function slowWork(): { log: string[]; end: (path: string) => void; work: (upload: UploadRecord) => Promise<void> } {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    log,
    end: (path) => ends.get(path)?.(),
    work: ({ path }) =>
      new Promise((resolve) => {
        log.push(`begin ${path.toString()}`);
        ends.set(path.toString(), () => {
          log.push(`end ${path.toString()}`);
          resolve();
        });
      }),
  };
}

describe('work for uploads', () => {
  it('is done one after the other', async () => {
    const { log, end, work } = slowWork();
    const dispatcher = new Dispatcher(1, work);
    let taken = false;
    const first = dispatcher.take(upload('/a')).then(() => (taken = true));
    await new Promise(setImmediate);
    expect([log, taken]).toEqual([['begin /a'], false]);
    end('/a');
    await first;
    const second = dispatcher.take(upload('/b'));
    await new Promise(setImmediate);
    end('/b');
    await Promise.all([second, dispatcher.idle()]);
    expect(log).toEqual(['begin /a', 'end /a', 'begin /b', 'end /b']);
  });

  it('is done several at a time, but in order for one file', async () => {
    const { log, end, work } = slowWork();
    const dispatcher = new Dispatcher(2, work);
    await dispatcher.take(upload('/a'));
    const again = dispatcher.take(upload('/a'));
    await new Promise(setImmediate);
    expect(log).toEqual(['begin /a']);
    end('/a');
    await again;
    const other = dispatcher.take(upload('/b'));
    await new Promise(setImmediate);
    expect(log).toEqual(['begin /a', 'end /a', 'begin /a', 'begin /b']);
    end('/b');
    await other;
    end('/a');
    await dispatcher.idle();
    expect(log.slice(4)).toEqual(['end /b', 'end /a']);
  });
});

describe('an uploaded file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'uploadscript-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const at = (...names: string[]): Buffer => Buffer.from(join(folder, ...names));

  it('is a regular file, by its own name', async () => {
    writeFileSync(at('file'), '12345');
    symlinkSync('file', at('link'));
    expect(await findUploadedFile(at('file'))).toMatchObject({ path: at('file'), size: 5n });
    for (const name of ['link', '.', 'nothing', 'file/x']) expect(await findUploadedFile(at(name))).toBeUndefined();
    expect(await findUploadedFile(Buffer.from('file'))).toBeUndefined();
    expect(await findUploadedFile(Buffer.alloc(0))).toBeUndefined();
  });

  it('may be one of a virtual host', async () => {
    mkdirSync(at('192.0.2.10'));
    writeFileSync(at('192.0.2.10', 'file'), '12345');
    const hosts = ['/nonexistent', folder];
    expect(await findUploadedFile(Buffer.from('192.0.2.10:/file'), hosts)).toMatchObject({
      path: at('192.0.2.10', 'file'),
    });
    expect(await findUploadedFile(Buffer.from('.:/192.0.2.10/file'), hosts)).toBeUndefined();
    expect(await findUploadedFile(Buffer.from('192.0.2.10:file'), hosts)).toBeUndefined();
    expect(await findUploadedFile(Buffer.from('192.0.2.11:/file'), hosts)).toBeUndefined();
  });

  it('is told in the environment', async () => {
    const file = { path: at('f'), size: 2n ** 60n, mode: 0o104640n, uid: 3001, gid: 3002 };
    const accounts = {
      userName: (uid: number) => Promise.resolve(uid === 3001 ? 'ftp\udcff' : undefined),
      groupName: () => Promise.resolve(undefined),
    };
    const variables = async (login: string): Promise<string> =>
      Buffer.concat(
        await uploadVariables(file, { login: Buffer.from(login, 'latin1'), event: undefined }, accounts),
      ).toString('latin1');
    const always =
      'UPLOAD_SIZE=1152921504606846976UPLOAD_PERMS=4640UPLOAD_UID=3001UPLOAD_GID=3002UPLOAD_USER=ftp\u00ff';
    expect(await variables('a\u00ff=$(b)')).toBe(`${always}UPLOAD_VUSER=a\u00ff=$(b)`);
    expect(await variables('')).toBe(always);
  });
});

it('the environment goes on, but for what we set', () => {
  const names = inheritedEnvironment().map((variable) => variable.toString('latin1').split('=')[0]);
  expect(names).toContain('PATH');
  expect(names.filter((name) => name?.startsWith('UPLOAD_'))).toEqual([]);
});

describe.skipIf(!isSpawnAvailable())('programs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'uploadscript-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function script(text: string): { file: Buffer; argv: Buffer[]; environment: Buffer[] } {
    const file = join(folder, 'script');
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return { file: Buffer.from(file), argv: [Buffer.from(file)], environment: [] };
  }

  it('are waited for, many at once', async () => {
    const programs = new Programs({ timeLimitMs: undefined });
    const start = script('exit 3');
    const exits = await Promise.all(Array.from({ length: 20 }, () => programs.run(start)));
    programs.close();
    expect(exits).toEqual(Array.from({ length: 20 }, () => ({ status: 3 })));
  });

  it('are ended with what they have started when they take too long', async () => {
    // Longer than a busy machine takes to begin it.
    const programs = new Programs({ timeLimitMs: 2000 });
    const pids = join(folder, 'pids');
    const exit = await programs.run(script(`/bin/sleep 1000 & echo $! > '${pids}'; wait`));
    programs.close();
    expect(exit).toEqual({ signal: 15 });
    const child = Number(readFileSync(pids, 'utf8'));
    await untilTrue('its child is gone', () => {
      try {
        return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${child}/status`, 'utf8'));
      } catch {
        return true; // no such process
      }
    });
  });
});
