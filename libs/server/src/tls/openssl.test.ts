// What openssl's own client sees: the counters of reuse are its, not ours.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { temporaryFolder, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { startTlsServer } from '../testing/tls-server.ts';

const OPENSSL = '/usr/bin/openssl';

/** `openssl s_client`, with its input open. */
interface Client extends Disposable {
  readonly child: ChildProcess;
  output(): string;
  say(line: string): void;
}

function client(...args: readonly string[]): Client {
  const child = spawn(OPENSSL, ['s_client', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('latin1');
    });
  }
  child.stdin.on('error', () => undefined);
  return {
    child,
    output: () => output,
    say: (line) => void child.stdin.write(`${line}\r\n`),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}

describe.runIf(existsSync(OPENSSL)).each(['-tls1_2', '-tls1_3'])('openssl s_client %s', (version) => {
  test('says that a data connection reuses the session of the control connection', async () => {
    await using ftp = await startTlsServer({ dataSessionReuse: 'require' });
    writeFileSync(path.join(ftp.folder, 'file'), 'the content of the file');
    using folder = temporaryFolder();
    const session = path.join(folder.path, 'session');
    using control = client(
      '-starttls',
      'ftp',
      '-connect',
      `127.0.0.1:${ftp.port}`,
      version,
      '-sess_out',
      session,
      '-quiet',
    );
    let heard = 0;
    const command = async (line: string, code: number): Promise<string> => {
      control.say(line);
      const reply = new RegExp(`^${code} .*$`, 'm');
      await untilTrue(`${line} is answered`, () => reply.test(control.output().slice(heard)));
      const text = control.output().slice(heard);
      heard = control.output().length;
      return text;
    };
    await command('USER user', 331);
    await command('PASS secret', 230);
    await command('PBSZ 0', 200);
    await command('PROT P', 200);
    await untilTrue('the session is kept', () => existsSync(session));
    const port = /\|(\d+)\|/.exec(await command('EPSV', 229))?.[1] ?? '';
    using data = client('-connect', `127.0.0.1:${port}`, version, '-sess_in', session);
    control.say('RETR file');
    await untilTrue('the file is here', () => data.output().includes('the content of the file'));
    expect(data.output()).toMatch(/^Reused, TLSv1\.\d/m);
    // Without the session it is another client.
    const other = /\|(\d+)\|/.exec(await command('EPSV', 229))?.[1] ?? '';
    using stranger = client('-connect', `127.0.0.1:${other}`, version);
    await command('RETR file', 522);
    await untilTrue('it has been told', () => /^New, TLSv1\.\d/m.test(stranger.output()));
    expect(stranger.output()).not.toContain('the content of the file');
  });
});
