// What is installed runs where its users are: other versions of Node, Bun and Deno, without native code.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { peerPath } from '@pure-ftpd/peers';
import { describeUnless, missingNeeds } from '@pure-ftpd/peers/vitest';
import { RawClient, soak } from '@pure-ftpd/testing';
import { makeCertificate } from '@pure-ftpd/x509';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Consumer, installedLibrary, started } from './testing/consumer.ts';

let consumer: Consumer;
let files = '';
beforeAll(async () => {
  consumer = await installedLibrary();
  files = join(consumer.path, 'files');
  mkdirSync(files);
  const { certificate, key } = makeCertificate({ names: ['localhost'] });
  writeFileSync(join(consumer.path, 'ftp.pem'), certificate + key);
});
afterAll(() => consumer[Symbol.dispose]());

/** Each runtime, as what starts a program of TypeScript; and what it cannot run. */
const RUNTIMES = [
  { peer: 'node', command: () => [process.execPath], without: [] },
  { peer: 'node22', command: () => [peerPath('node22')], without: [] },
  { peer: 'node24', command: () => [peerPath('node24')], without: [] },
  { peer: 'bun', command: () => [peerPath('bun'), 'run'], without: ['multi-process'] },
  // It has no cluster.
  { peer: 'deno', command: () => [peerPath('deno'), 'run', '-A'], without: ['multi-process'] },
] as const;

/** Examples, with what they are told besides a port and a folder. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  basic: [],
  tls: ['ftp.pem'],
  memory: [],
  'hashed-passwords': [],
  throttled: [],
  'upload-hook': [],
  logging: ['files'],
  'anti-flood': [],
  embedded: ['0'],
  'multi-process': [],
};

for (const { peer, command, without } of RUNTIMES) {
  describeUnless(peer === 'node' ? undefined : missingNeeds([peer]), `on ${peer}`, () => {
    const all = Object.keys(EXAMPLES).filter((name) => !without.some((one) => one === name));
    test.for(soak(['basic', 'tls', 'memory', 'hashed-passwords'], all))('%s.ts serves', async (name) => {
      const program = [join('examples', `${name}.ts`), '0', files, ...(EXAMPLES[name] ?? [])];
      await using server = await started([...command(), ...program], consumer.path);
      const client = await RawClient.connect(server.port);
      expect((await client.reply()).code).toBe(220);
      if (name === 'tls') expect((await client.command('AUTH TLS')).code).toBe(234);
      else {
        expect((await client.command('USER user')).code).toBe(331);
        expect((await client.command('PASS secret')).code).toBe(230);
        expect((await client.transmit('STOR file', 'content')).code).toBe(226);
        expect((await client.receive('RETR file')).data.toString()).toBe('content');
        expect((await client.receive('LIST')).data.toString()).toContain('file');
      }
      client.close();
    });

    test('the command line serves a folder', async () => {
      const program = 'node_modules/@pure-ftpd/server/lib/command-line/main.js';
      const args = [program, files, '--port', '0', '--user', 'user:secret'];
      await using server = await started([...command(), ...args], consumer.path);
      const client = await RawClient.login(server.port, 'user', 'secret');
      expect((await client.receive('NLST')).reply.code).toBe(226);
      client.close();
    });
  });
}

test('from nothing to a listing in two commands: npx', async () => {
  const args = ['npx', '--offline', 'pure-ftpd-server', files, '--port', '0', '--user', 'user:secret'];
  await using server = await started(args, consumer.path);
  const client = await RawClient.login(server.port, 'user', 'secret');
  expect((await client.receive('LIST')).reply.code).toBe(226);
  client.close();
});

test('a stack names the sources of the repository', () => {
  const map = readFileSync(join(consumer.path, 'node_modules/@pure-ftpd/server/lib/server/ftp-server.js.map'), 'utf8');
  const { sources, sourcesContent }: { sources: string[]; sourcesContent: string[] } = JSON.parse(map);
  expect(sources).toEqual(['../../src/server/ftp-server.ts']);
  expect(sourcesContent[0]).toContain('export class FTPServer');
});
