// Editors of both kinds on one text file at once [spec interop.md row 16 and section 0].
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { peerPath, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { PasswdFile, PasswdFileError } from '@pure-ftpd/puredb';
import { expect, test } from 'vitest';
import { ours } from '../support/programs.ts';

const EDITS = 60;

/** The users that an editor of one kind changes, and how often each change was reported as done. */
type Done = Map<string, number>;

function user(kind: string, index: number): string {
  return `${kind}${index}`;
}

function line(login: string): string {
  return `${login}:$1$golden00$DPibADmVwkcjtPf6igkkJ.:3001:3001::/srv/${login}/./::::::::::::`;
}

/** The session limit of each user: what every edit changes. */
function limits(text: string): Map<string, string> {
  const lines = text.trimEnd().split('\n');
  return new Map(lines.map((one) => [one.split(':')[0] ?? '', one.split(':')[10] ?? '']));
}

async function usermod(program: string, login: string, sessions: number, file: string): Promise<number | null> {
  const child = spawn(program, ['usermod', login, '-f', file, '-y', String(sessions)], { stdio: 'ignore' });
  await once(child, 'close');
  return child.exitCode;
}

describeWith(['pure-pw'], 'text file editors of both kinds', () => {
  test('ours at once with C lose no change that C reported as done, and tear nothing', async () => {
    using folder = tempFolder();
    const file = folder.file('text');
    const users = Array.from({ length: 4 }, (_, index) => [user('c', index), user('own', index)]).flat();
    writeFileSync(file, `# kept\n${users.map(line).join('\n')}\n`);
    const text = new PasswdFile(file);

    // C opens the file before it takes the lock, so that it may overwrite a change of ours. Ours must never do that to C.
    const byC: Done = new Map();
    const editWithC = async (): Promise<void> => {
      for (let round = 1; round <= EDITS; round++) {
        const login = user('c', round % 4);
        const status = await usermod(peerPath('pure-pw'), login, round, file);
        expect([0, 4]).toContain(status);
        if (status === 0) byC.set(login, round);
      }
    };
    const byOurs = new Map<string, Set<string>>(users.map((login) => [login, new Set([''])]));
    const done = new AbortController();
    const editWithOurs = async (index: number): Promise<void> => {
      const login = user('own', index);
      for (let round = 1; !done.signal.aborted; round++) {
        try {
          await text.modify(login, (record) => ({ ...record, maxSessions: round }));
          byOurs.get(login)?.add(String(round));
        } catch (error) {
          if (!(error instanceof PasswdFileError) || error.code !== 'LOCKED') throw error;
        }
      }
    };
    const own = [0, 1, 2, 3].map(editWithOurs);
    try {
      await editWithC();
    } finally {
      done.abort();
      await Promise.all(own);
    }

    const content = readFileSync(file, 'latin1');
    const found = limits(content);
    expect(content.startsWith('# kept\n')).toBe(true);
    expect([...found.keys()].filter((login) => login !== '# kept').sort()).toEqual([...users].sort());
    expect(byC.size).toBeGreaterThan(0);
    for (const [login, round] of byC) expect([login, found.get(login)]).toEqual([login, String(round)]);
    for (const index of [0, 1, 2, 3]) expect(byOurs.get(user('own', index))).toContain(found.get(user('own', index)));
    expect(existsSync(`${file}.tmp`)).toBe(false);
  });

  test('ours at once with ours lose nothing', async () => {
    using folder = tempFolder();
    const file = folder.file('text');
    const users = Array.from({ length: 6 }, (_, index) => user('own', index));
    writeFileSync(file, `${users.map(line).join('\n')}\n`);
    const statuses = await Promise.all(
      users.map((login, index) => usermod(ours.program('pure-pw'), login, index + 1, file)),
    );
    expect(statuses).toEqual(users.map(() => 0));
    expect(limits(readFileSync(file, 'latin1'))).toEqual(
      new Map(users.map((login, index) => [login, String(index + 1)])),
    );
  });
});
