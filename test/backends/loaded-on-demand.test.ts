// The clients of databases and directories, and of clusters, are loaded by the helper that needs one, and by nobody else.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { ACCOUNT_ID } from '@pure-ftpd/account-servers';
import { freePort, type RunningServer, startServer, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createUserDatabase } from '../support/user-database.ts';
import { configuration, login } from './account-server.ts';
import { ofProcess, processTitled } from './processes.ts';

const PROGRAM = path.join(workspaceRoot, 'apps', 'pure-ftpd', 'dist', 'pure-ftpd.js');

/** What a file has that the client is in. */
const CLIENTS = {
  mysql2: 'caching_sha2_password',
  pg: 'SCRAM-SERVER-FIRST-MESSAGE',
  ldapts: 'SizeLimitExceededError',
  '@redis/client': 'WRONGPASS',
  '@pure-ftpd/cluster': '{pure-ftpd}',
} as const;

/** Files of configuration for which nobody listens. */
const METHODS = {
  mysql: [
    'Server 127.0.0.1',
    'User u',
    'Crypt any',
    'GetPW SELECT 1',
    'GetDir SELECT 1',
    'DefaultUID 9',
    'DefaultGID 9',
  ],
  pgsql: [
    'Server 127.0.0.1',
    'User u',
    'Password p',
    'Database d',
    'Crypt any',
    'GetPW SELECT 1',
    'GetDir SELECT 1',
    'DefaultUID 9',
    'DefaultGID 9',
  ],
  ldap: ['Server 127.0.0.1', 'BaseDN dc=x'],
} as const;

let folder: TempFolder;
let server: RunningServer;
beforeEach(() => {
  folder = tempFolder();
  chmodSync(folder.path, 0o755);
});
afterEach(async () => {
  await server.stop();
  folder.remove();
});

/** The bundle, all of whose processes write down what they load. */
async function start(...words: readonly string[]): Promise<void> {
  const recorder = folder.file('recorder.cjs');
  const lines = [
    "const { appendFileSync } = require('node:fs');",
    `const file = ${JSON.stringify(folder.file('loaded'))};`,
    'const load = (url, context, next) => { appendFileSync(file, `${process.pid} ${url}\\n`); return next(url, context); };',
    "require('node:module').registerHooks({ load });",
  ];
  // Whoever has given up root loads things, too.
  writeFileSync(folder.file('loaded'), '');
  chmodSync(folder.file('loaded'), 0o666);
  writeFileSync(recorder, lines.join('\n'));
  server = await startServer((port) => [
    process.execPath,
    '--require',
    recorder,
    PROGRAM,
    '-S',
    `127.0.0.1,${port}`,
    '-E',
    '-H',
    ...words,
  ]);
}

/** The clients that processes have loaded, each with whose process it was: its number, as it sees it itself. */
function loaded(): { readonly pid: string; readonly client: string }[] {
  const rows = readFileSync(folder.file('loaded'), 'utf8').matchAll(/^(\d+) (file:.*)$/gm);
  return Array.from(rows, ([, pid = '', url = '']) => {
    const text = readFileSync(fileURLToPath(url), 'latin1');
    return Object.entries(CLIENTS).flatMap(([client, mark]) => (text.includes(mark) ? [{ pid, client }] : []));
  }).flat();
}

function loadedClients(): string[] {
  return [...new Set(loaded().map(({ client }) => client))];
}

/** The number of the process with a title, as it sees it itself. */
function numberOf(title: string): string | undefined {
  return /^NSpid:.*\s(\d+)$/m.exec(ofProcess(processTitled(server, title) ?? 0, 'status'))?.[1];
}

describeWith(['root'], 'the client of a database or a directory', () => {
  test('is not loaded by a server that has none', async () => {
    const home = folder.file('home');
    mkdirSync(home);
    chmodSync(home, 0o777);
    const user = { login: 'local', password: 'pw', uid: ACCOUNT_ID, gid: ACCOUNT_ID, home };
    await start('-l', `puredb:${await createUserDatabase(folder.path, [user])}`);
    expect((await login(server.port, 'local', 'pw')).code).toBe(230);
    // What is loaded is seen.
    expect(readFileSync(folder.file('loaded'), 'utf8')).toMatch(/pure-ftpd\.bundle\.js$/m);
    expect(loadedClients()).toEqual([]);
  });

  test('is loaded by the helper of --cluster, and what counts by who asks it', async () => {
    await start('-l', 'unix', '--cluster', `redis://127.0.0.1:${await freePort()}`);
    const mine = { client: '@pure-ftpd/cluster', pid: numberOf('pure-ftpd (MONITOR)') };
    expect(loaded()).toEqual(
      expect.arrayContaining([mine, { client: '@redis/client', pid: numberOf('pure-ftpd (CLUSTER)') }]),
    );
    expect(loaded()).toHaveLength(2);
  });

  test.each([
    ['mysql', 'mysql2'],
    ['pgsql', 'pg'],
    ['ldap', 'ldapts'],
  ] as const)('%s: is loaded at the first login, by the helper alone', async (method, client) => {
    const prefix = method.toUpperCase();
    const lines = [...METHODS[method], `Port ${await freePort()}`].map((line) => prefix + line);
    await start('-l', `${method}:${configuration(folder, 'accounts.conf', lines)}`);
    expect(loadedClients()).toEqual([]);
    expect((await login(server.port, 'alice', 'pw')).code).toBe(530);
    expect(loadedClients()).toEqual([client]);
    expect(new Set(loaded().map(({ pid }) => pid))).toEqual(new Set([numberOf(`pure-ftpd (${prefix})`)]));
  });
});
