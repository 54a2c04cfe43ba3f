import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openDescriptors } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeCertificate } from '@pure-ftpd/x509';
import { CertificateClient, isSocketPath } from './client.ts';

let folder = '';
let server: Server | undefined;
let path = '';
let requests: string[] = [];

/** A daemon that does what it is told with each question. */
async function daemon(answer: (socket: Socket) => void): Promise<void> {
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (data) => {
      requests.push(data.toString());
      answer(socket);
    });
  });
  server.listen(path);
  await once(server, 'listening');
}

const replying = (text: string): Promise<void> => daemon((socket) => socket.end(text.replaceAll('DIR', folder)));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  path = join(folder, 'certd.sock');
  requests = [];
});
afterEach(async () => {
  if (server?.listening === true) {
    server.close();
    await once(server, 'close');
  }
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const fails = (reason: string): unknown => ({ kind: 'failed', reason: expect.stringContaining(reason) });

const ask = (): Promise<unknown> => new CertificateClient(path).ask('a.example.org');
const fallsBack = (reason: string): unknown => ({ kind: 'default', reason: expect.stringContaining(reason) });

describe('asking for a certificate', () => {
  const made = makeCertificate({ names: ['a.example.org'] });

  beforeEach(() => {
    writeFileSync(join(folder, 'a.pem'), made.certificate + made.key, { mode: 0o600 });
    writeFileSync(join(folder, 'a.crt'), made.certificate);
    writeFileSync(join(folder, 'a.key'), made.key, { mode: 0o600 });
    writeFileSync(join(folder, 'none.pem'), 'root:x:0:0');
  });

  const good = { kind: 'certificate', material: expect.objectContaining({ names: ['a.example.org'] }) };

  // The cases of test/golden/extcert/dialogues.txt; test/interop shows them with servers and daemons of both kinds. Where the C
  // server drops the client although the action is fallback, the documented meaning is built: the default certificate.
  test.each([
    ['strict, combined file', 'action:strict\ncert_file:DIR/a.pem\nend\n', good],
    ['strict, separate key', 'action:strict\ncert_file:DIR/a.crt\nkey_file:DIR/a.key\nend\n', good],
    ['fallback, good file', 'action:fallback\ncert_file:DIR/a.pem\nend\n', good],
    ['fallback, missing file', 'action:fallback\ncert_file:DIR/nope.pem\nend\n', fallsBack('no such file')],
    [
      'fallback, not a certificate',
      'action:fallback\ncert_file:DIR/none.pem\nend\n',
      fallsBack('no certificate in it'),
    ],
    ['fallback, no cert_file', 'action:fallback\nend\n', fallsBack('named no absolute path')],
    ['strict, missing file', 'action:strict\ncert_file:DIR/nope.pem\nend\n', fails('no such file')],
    ['strict, not a certificate', 'action:strict\ncert_file:DIR/none.pem\nend\n', fails('no certificate in it')],
    ['strict, no cert_file', 'action:strict\nend\n', fails('named no absolute path')],
    ['strict, no key', 'action:strict\ncert_file:DIR/a.crt\nend\n', fails('no private key in it')],
    ['default', 'action:default\nend\n', { kind: 'default' }],
    ['default with a cert_file', 'action:default\ncert_file:DIR/a.pem\nend\n', { kind: 'default' }],
    ['deny', 'action:deny\nend\n', { kind: 'denied' }],
    ['no action (deny by default)', 'cert_file:DIR/a.pem\nend\n', { kind: 'denied' }],
    ['unknown action', 'action:foo\nend\n', fails('unknown action')],
    ['action in upper case', 'action:DEFAULT\nend\n', { kind: 'default' }],
    ['action with a space', 'action: default\nend\n', fails('unknown action')],
    ['CRLF', 'action:default\r\nend\r\n', fails('unknown action')],
    ['no end', 'action:default\n', fails('no end')],
    ['empty reply', '', fails('no end')],
    ['relative path', 'action:strict\ncert_file:sni/a.pem\nend\n', fails('named no absolute path')],
  ])('%s', async (_, reply, expected) => {
    await replying(reply);
    expect(await ask()).toEqual(expected);
    expect(requests).toEqual(['sni_name:a.example.org\nend\n']);
  });

  test('does not wait for the end of a reply that is too long', async () => {
    await daemon((socket) => socket.write(`action:default\nend\n${'x'.repeat(100_000)}`));
    expect(await ask()).toEqual({ kind: 'default' });
  });
});

describe('the daemon', () => {
  test('that is not there yet is tried again', async () => {
    const answer = new CertificateClient(path, { retries: 10_000, retryMs: 1 }).ask('a');
    await replying('action:default\nend\n');
    expect(await answer).toEqual({ kind: 'default' });
  });

  test('that never comes is told', async () => {
    expect(await new CertificateClient(path, { retries: 2, retryMs: 1 }).ask('a')).toEqual({
      kind: 'failed',
      reason: expect.stringMatching(/^certificate daemon .*certd.sock: connect ENOENT/),
    });
  });

  test('that says nothing is not waited for longer than told', async () => {
    await daemon(() => undefined);
    const answer = await new CertificateClient(path, { replyMs: 20 }).ask('a');
    expect(answer).toEqual({ kind: 'failed', reason: expect.stringContaining('no reply in time') });
  });

  test('is left when the client goes, at any time', async () => {
    const waiting = new AbortController();
    const answer = new CertificateClient(path).ask('a', waiting.signal);
    waiting.abort();
    expect(await answer).toMatchObject({ kind: 'failed' });
    await daemon(() => undefined);
    const asking = new AbortController();
    const second = new CertificateClient(path).ask('a', asking.signal);
    while (requests.length === 0) await new Promise(setImmediate);
    asking.abort();
    expect(await second).toMatchObject({ kind: 'failed' });
    expect(await new CertificateClient(path).ask('a', AbortSignal.abort())).toMatchObject({ kind: 'failed' });
  });

  test('that breaks the connection is told, and nothing stays open', async () => {
    await daemon((socket) => socket.destroy());
    const client = new CertificateClient(path, { replyMs: 1000 });
    await client.ask('a');
    const before = openDescriptors();
    for (let index = 0; index < 50; index += 1) expect(await client.ask('a')).toMatchObject({ kind: 'failed' });
    expect(openDescriptors()).toBeLessThan(before + 5);
  });
});

test.each([
  ['/run/certd.sock', true],
  [`/${'x'.repeat(106)}`, true],
  [`/${'x'.repeat(107)}`, false],
  [`/${'ä'.repeat(54)}`, false],
  ['', false],
  ['/a\0b', false],
])('%j is a path for a socket: %s', (text, expected) => {
  expect(isSocketPath(text)).toBe(expected);
});
