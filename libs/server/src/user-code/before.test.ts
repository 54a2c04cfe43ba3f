import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { RawClient } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import type { BeforeHooks } from '../contract/hooks.ts';
import { FilesystemError, StorageLimitExceeded } from '../errors.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

/** Each hook, a command that leads to it, and what the hook is told; the last three go over a data connection. */
const HOOKS: readonly (readonly [keyof BeforeHooks, command: string, path: string, verb: string])[] = [
  ['onBeforeDelete', 'DELE file', '/file', 'DELE'],
  ['onBeforeMakeDirectory', 'MKD new', '/new', 'MKD'],
  ['onBeforeRemoveDirectory', 'RMD folder', '/folder', 'RMD'],
  ['onBeforeChangeDirectory', 'CWD folder', '/folder', 'CWD'],
  ['onBeforeChangeFacts', 'SITE CHMOD 600 file', '/file', 'SITE CHMOD'],
  ['onBeforeChangeFacts', 'MFMT 20200101000000 file', '/file', 'MFMT'],
  ['onBeforeChangeFacts', 'MFF modify=20200101000000; file', '/file', 'MFF'],
  ['onBeforeRename', 'RNTO other', '/file', 'RNTO'],
  ['onBeforeRetrieve', 'RETR file', '/file', 'RETR'],
  ['onBeforeStore', 'STOR file', '/file', 'STOR'],
  ['onBeforeStore', 'APPE file', '/file', 'APPE'],
];

function denied(): unknown {
  return false;
}

function broken(): unknown {
  return Promise.reject(new Error('broken'));
}

async function serve(hook: string, answer: (...told: unknown[]) => unknown): Promise<TestServer> {
  class Handler extends FTPHandler {
    static override hookTimeout = 0.3;
  }
  Object.assign(Handler.prototype, { [hook]: answer });
  const ftp = await startTestServer(Handler);
  writeFileSync(path.join(ftp.folder, 'file'), 'old');
  mkdirSync(path.join(ftp.folder, 'folder'));
  return ftp;
}

/** What is said of a command in the end. */
async function said(client: RawClient, command: string): Promise<string> {
  if (command.startsWith('RNTO')) await client.command('RNFR file');
  if (!/^(?:RETR|STOR|APPE)/.test(command)) return (await client.command(command)).text;
  const data = await client.passive();
  const first = await client.command(command);
  data.end();
  return first.code < 200 ? (await client.reply()).text : first.text;
}

describe.for(HOOKS)('%s before %s', ([hook, command, virtualPath, verb]) => {
  test('lets it be done, and knows what', async () => {
    const told: unknown[] = [];
    await using ftp = await serve(hook, (...about) => void told.push(...about));
    expect(await said(await ftp.login(), command)).toMatch(/^2/);
    expect(told[0]).toBe(path.join(ftp.folder, virtualPath));
    expect(told.at(-1)).toMatchObject({ verb, virtualPath });
  });

  test('refuses it, with words of its own or without', async () => {
    let answer = denied;
    await using ftp = await serve(hook, () => answer());
    const client = await ftp.login();
    expect(await said(client, command)).toBe('550 Not enough privileges.');
    answer = () => Promise.reject(new FilesystemError('Not on\r\n550 Sundays\0'));
    expect(await said(client, command)).toBe('550 Not on 550 Sundays.');
    answer = () => Promise.reject(new StorageLimitExceeded());
    expect(await said(client, command)).toMatch(/^552/);
    expect(ftp.errors).toEqual([]);
    expect(readFileSync(path.join(ftp.folder, 'file'), 'utf8')).toBe('old');
    expect(existsSync(path.join(ftp.folder, 'folder'))).toBe(true);
  });

  test('fails, hangs or answers what it must not: 451, and told once', async () => {
    let answer = broken;
    await using ftp = await serve(hook, () => answer());
    const client = await ftp.login();
    expect(await said(client, command)).toMatch(/^451/);
    answer = () => new Promise(() => undefined);
    expect(await said(client, command)).toMatch(/^451/);
    answer = () => 'yes';
    expect(await said(client, command)).toMatch(/^451/);
    expect(ftp.errors).toHaveLength(3);
    expect(readFileSync(path.join(ftp.folder, 'file'), 'utf8')).toBe('old');
  });
});

test('STOU is asked about the name it gets', async () => {
  const told: unknown[] = [];
  await using ftp = await serve('onBeforeStore', (...about) => {
    told.push(...about);
    return false;
  });
  const client = await ftp.login();
  await client.passive();
  expect((await client.command('STOU name')).code).toBe(550);
  expect(told.at(-1)).toMatchObject({ verb: 'STOU', virtualPath: expect.stringMatching(/^\/name\./) });
});

/** Hooks that are no questions, and what leads to them. */
const OTHERS: readonly (readonly [hook: string, drive: (ftp: TestServer) => Promise<string>, code: string])[] = [
  [
    'onConnect',
    async ({ port }) => {
      const client = await RawClient.connect(port);
      const { text } = await client.reply();
      client.close();
      return text;
    },
    '421',
  ],
  [
    'onLogin',
    async (ftp) => {
      const client = await ftp.connect();
      await client.command('USER user');
      return (await client.command('PASS secret')).text;
    },
    '530',
  ],
  ['onFileReceived', async (ftp) => (await (await ftp.login()).transmit('STOR new', 'x')).text, '550'],
  ['onFileSent', async (ftp) => (await (await ftp.login()).receive('RETR file')).reply.text, '550'],
  ['hasPerm', async (ftp) => (await (await ftp.login()).command('MKD x')).text, '550'],
  ['ftp_NOOP', async (ftp) => (await (await ftp.login()).command('NOOP')).text, '550'],
];

test.for(OTHERS)(
  'a FilesystemError of %s reaches the client with its words, made safe',
  async ([hook, drive, code]) => {
    await using ftp = await serve(hook, () => {
      throw new FilesystemError(`nobody\r\n221 is at home\x1b[0m ${'é'.repeat(200)}`);
    });
    const text = Buffer.from(await drive(ftp), 'latin1').toString();
    expect(text.startsWith(code)).toBe(true);
    expect(text).toContain('nobody 221 is at home [0m é');
    expect(text).not.toContain('é'.repeat(100));
    expect(ftp.errors).toEqual([]);
  },
);
