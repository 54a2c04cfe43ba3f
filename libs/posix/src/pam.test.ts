import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isPamAvailable, type PamConversation, PamError, PamTransaction } from './index.ts';
import { isRoot, script } from './testing.ts';

const silent: PamConversation = () => undefined;

/** A service that has one module for everything. */
function all(module: string): string {
  return ['auth', 'account', 'session'].map((type) => `${type} required ${module}\n`).join('');
}

describe.skipIf(!isPamAvailable())('PAM', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pam-'));
    writeFileSync(join(folder, 'permit'), all('pam_permit.so'));
    writeFileSync(join(folder, 'deny'), all('pam_deny.so'));
    writeFileSync(join(folder, 'unix'), 'auth required pam_unix.so\n');
    writeFileSync(
      join(folder, 'says'),
      'auth optional pam_exec.so stdout /bin/echo hello\nauth required pam_permit.so\n',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function start(service: string, conversation = silent, user = userInfo().username): PamTransaction {
    return new PamTransaction({ service, user, folder, conversation });
  }

  it('leads a user through all its steps', () => {
    const transaction = start('permit', silent, 'alice');
    transaction.authenticate();
    transaction.checkAccount();
    transaction.establishCredentials();
    transaction.openSession();
    expect(transaction.user).toBe('alice');
    transaction.closeSession();
    transaction.deleteCredentials();
    transaction.end();
    transaction.end();
    expect(() => transaction.authenticate()).toThrow('after the end');
  });

  it('says which step failed and why', () => {
    const transaction = start('deny');
    expect(() => transaction.authenticate()).toThrow(
      expect.objectContaining({ name: PamError.name, code: 'PAM', syscall: 'pam_authenticate', status: 7 }),
    );
    expect(() => transaction.openSession()).toThrow(expect.objectContaining({ syscall: 'pam_open_session' }));
    transaction.end();
  });

  it('says what modules say', () => {
    const heard: string[] = [];
    const transaction = start(
      'says',
      (style, message) => {
        heard.push(`${style}: ${message.trim()}`);
        return undefined;
      },
      'alice',
    );
    transaction.authenticate();
    transaction.end();
    expect(heard).toEqual(['info: hello']);
  });

  it.runIf(isRoot)('takes no wrong password, and does not wait after it', () => {
    const asked: string[] = [];
    const transaction = start('unix', (style) => {
      asked.push(style);
      return Buffer.from('certainly not the password');
    });
    const took: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      const before = performance.now();
      expect(() => transaction.authenticate()).toThrow(PamError);
      took.push(performance.now() - before);
    }
    // Modules ask for two seconds, each time.
    expect(Math.min(...took)).toBeLessThan(1500);
    transaction.end();
    expect(asked).toEqual(['secret', 'secret', 'secret']);
  });

  it.runIf(isRoot)('fails when the conversation ends it, and throws what that throws', () => {
    const transaction = start('unix', () => 'abort');
    expect(() => transaction.authenticate()).toThrow(PamError);
    transaction.end();
    const broken = start('unix', () => {
      throw new Error('defect');
    });
    expect(() => broken.authenticate()).toThrow('defect');
    broken.end();
  });

  it('refuses strings that end before their end', () => {
    for (const options of [{ user: 'a\0b' }, { user: 'a', service: 'x\0' }, { user: 'a', remoteHost: '\0' }])
      expect(() => new PamTransaction({ service: 'permit', folder, conversation: silent, ...options })).toThrow(
        expect.objectContaining({ code: 'EINVAL' }),
      );
  });
});

it('a process that takes too long is ended by the kernel, whatever it does', () => {
  const { signal } = spawnSync(process.execPath, script('posix.endProcessAfter(1); for (;;);'));
  expect(signal).toBe('SIGALRM');
  const { stdout } = spawnSync(
    process.execPath,
    script('posix.endProcessAfter(1); posix.endProcessAfter(0); console.log("alive");'),
    {
      encoding: 'utf8',
    },
  );
  expect(stdout).toBe('alive\n');
});
