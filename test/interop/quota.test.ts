// One account, many writers: ours, the C server, the C pure-quotacheck [spec interop.md rows 26 to 29].
import { chownSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peerPath, startPureFtpd, tempFolder, type TempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { recount } from '@pure-ftpd/quota';
import { RawClient } from '@pure-ftpd/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../support/program.ts';
import { createUserDatabase } from '../support/user-database.ts';

const UID = 65_534;
const client = join(import.meta.dirname, '..', 'support', 'quota-client.ts');

describeWith(['root', 'pure-ftpd', 'pure-quotacheck'], 'the quota of one account, with many writers', () => {
  let folder: TempFolder;
  let home: string;
  let root: number;
  beforeEach(() => {
    folder = tempFolder();
    home = folder.file('home');
    mkdirSync(home);
    chownSync(home, UID, UID);
    root = openSync(home, 'r');
  });
  afterEach(() => {
    closeSync(root);
    folder.remove();
  });

  const recorded = (): string => readFileSync(join(home, '.ftpquota'), 'latin1');

  /** What the C tool counts; what was recorded is there again after. */
  async function countedByC(): Promise<string> {
    const before = recorded();
    await checkByC();
    const counted = recorded();
    writeFileSync(join(home, '.ftpquota'), before);
    return counted;
  }
  async function checkByC(): Promise<void> {
    const file = join(home, '.ftpquota');
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) chownSync(file, UID, UID);
    const args = ['-u', 'nobody', '-d', home];
    expect(await runProgram(peerPath('pure-quotacheck'), args)).toMatchObject({ status: 0, output: '' });
  }

  /** A server process of ours with some clients: what it printed. */
  async function runClients(
    clients: number,
    steps: number,
    seed: number,
  ): Promise<{ refusals: number; changedByOthers: boolean }> {
    const args = [client, home, String(clients), String(steps), String(seed)];
    const { status, output } = await runProgram(process.execPath, args);
    expect({ status, output }).toMatchObject({ status: 0 });
    const result: { refusals: number; changedByOthers: boolean } = JSON.parse(output);
    return result;
  }

  test('20 clients of four processes lose nothing and stay within the limits', async () => {
    const results = await Promise.all([1, 2, 3, 4].map((seed) => runClients(5, 60, seed)));
    expect(results.reduce((sum, { refusals }) => sum + refusals, 0)).toBeGreaterThan(0);
    expect(recorded()).toBe(await countedByC());
    const [files = 0, bytes = 0] = recorded().split(' ').map(Number);
    expect(files).toBeLessThanOrEqual(150);
    expect(bytes).toBeLessThanOrEqual(3_000_000);
    expect(readdirSync(home).filter((name) => name.startsWith('.up-'))).toEqual([]);
  });

  test('what a C pure-quotacheck spoils beside 20 clients is noticed, and a recount sets it right', async () => {
    const over = new AbortController();
    const clients = runClients(20, 60, 5).finally(() => over.abort());
    let checks = 0;
    for (; !over.signal.aborted; checks++) await checkByC();
    expect(await clients).toMatchObject({ changedByOthers: true });
    expect(checks).toBeGreaterThan(3);
    expect(await recount(root)).toMatchObject({ certainty: 'counted' });
    expect(recorded()).toBe(await countedByC());
  });

  test('a recount of ours beside 20 clients spoils next to nothing', async () => {
    const over = new AbortController();
    const clients = runClients(20, 60, 6).finally(() => over.abort());
    let checks = 0;
    for (; !over.signal.aborted; checks++) await recount(root);
    await clients;
    expect(checks).toBeGreaterThan(3);
    const [files, bytes = 0] = recorded().split(' ').map(Number);
    const [countedFiles, countedBytes = 0] = (await countedByC()).split(' ').map(Number);
    expect(files).toBe(countedFiles);
    // A step of an upload that was under way during a recount, at most.
    expect(Math.abs(bytes - countedBytes)).toBeLessThan(20 * 1_048_576);
  });

  test('the C server and ours keep one account together', async () => {
    const user = { login: 'alice', password: 'p', uid: UID, gid: UID, home };
    const database = await createUserDatabase(folder.path, [user]);
    // The file belongs to the account: the C server could not open one of root's.
    await checkByC();
    const args = ['-l', `puredb:${database}`, '-n', '150:3', '-E', '-H'];
    await using server = await startPureFtpd({ args });
    async function session(id: number): Promise<void> {
      const ftp = await RawClient.connect(server.port);
      await ftp.reply();
      await ftp.command('USER alice');
      expect((await ftp.command('PASS p')).text).toContain('authorized: 150 files');
      for (let step = 0; step < 30; step++) {
        await ftp.transmit(`STOR ftp${id}-${step % 7}`, 'x'.repeat(step * 100));
        if (step % 3 === 0) await ftp.command(`DELE ftp${id}-${step % 5}`);
      }
      ftp.close();
    }
    await Promise.all([runClients(5, 60, 7), runClients(5, 60, 8), session(1), session(2)]);
    expect(recorded()).toBe(await countedByC());
  });
});
