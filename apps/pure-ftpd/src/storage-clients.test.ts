// Real clients in homes that are in a bucket.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { type ObjectStore, peerPath, RADOSGW, startRadosgw } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak, temporaryFolder } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { isRoot, PASSWORD, type RunningDaemon } from './testing/running-daemon.ts';
import { storedHomes } from './testing/stored-homes.ts';

const MIB = 1024 * 1024;
const run = promisify(execFile);
const MODES = isRoot ? [false, true] : [false];

/** Has lftp do something as alice. */
function lftp(server: RunningDaemon, folder: string, ...commands: readonly string[]): Promise<unknown> {
  const settings = ['set cmd:fail-exit yes', 'set net:max-retries 1', 'set ftp:ssl-allow no'];
  const all = [...settings, `open -u alice,${PASSWORD} -p ${server.port} 127.0.0.1`, ...commands];
  return run(peerPath('lftp'), ['--norc', '-c', all.join('; ')], { cwd: folder, timeout: soak(60_000, 600_000) });
}

function sumsOf(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    names
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .sort()
      .map((file) => [path.relative(folder, file), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}

describeWith([...RADOSGW, 'curl', 'lftp'], 'clients of homes in a bucket', () => {
  let radosgw: ObjectStore;
  beforeAll(async () => {
    radosgw = await startRadosgw();
  });
  afterAll(() => radosgw[Symbol.asyncDispose]());

  test.each(MODES)(
    'curl and lftp bring and fetch whole trees (separated rights: %s)',
    async (separated) => {
      using folder = temporaryFolder();
      await using homes = await storedHomes(radosgw, { separated });
      const local = path.join(folder.path, 'tree');
      for (let number = 0; number < (separated ? soak(50, 2000) : 10); number += 1) {
        const directory = path.join(local, `d${number % 7}`);
        mkdirSync(directory, { recursive: true });
        writeFileSync(path.join(directory, `file ${number}`), randomBytes((number * 977) % 20_000));
      }
      await lftp(homes.server, folder.path, 'mirror -R tree up', 'mirror up down', 'mv up moved', 'rm -r moved');
      expect(sumsOf(path.join(folder.path, 'down'))).toEqual(sumsOf(local));
      expect(await homes.keys()).toEqual([]);
      const file = path.join(folder.path, 'one');
      writeFileSync(file, randomBytes(MIB));
      const url = `ftp://127.0.0.1:${homes.server.port}/new/one`;
      await run('curl', ['-sSf', '-u', `alice:${PASSWORD}`, '--ftp-create-dirs', '-T', file, url]);
      await run('curl', ['-sSf', '-u', `alice:${PASSWORD}`, '-o', `${file}.back`, url]);
      expect(readFileSync(`${file}.back`).equals(readFileSync(file))).toBe(true);
    },
    soak(90_000, 900_000),
  );
});
