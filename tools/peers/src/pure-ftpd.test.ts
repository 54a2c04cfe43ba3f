import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { peerPath } from './locate.ts';
import { freePort } from './ports.ts';
import { startPureFtpd, startServer } from './pure-ftpd.ts';
import { tempFolder } from './temp-folder.ts';
import { describeWith } from './vitest.ts';

describeWith(['root', 'pure-ftpd', 'pure-ftpwho'], 'the C pure-ftpd', () => {
  test('greets, serves two at once, and is gone with its sessions when it is stopped', async () => {
    const server = await startPureFtpd({ args: ['-l', 'puredb:/nonexistent'] });
    expect(server.greeting).toMatch(/^220/);
    const pid = server.process.pid;
    const session = connect(server.port, server.host);
    await once(session, 'data');
    expect(spawnSync('ps', ['--ppid', String(pid), '-o', 'pid='], { encoding: 'utf8' }).stdout.trim()).not.toBe('');
    const closed = once(session, 'close');
    session.on('error', () => {}); // being cut off is what is expected
    await server.stop();
    await closed;
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(server.process.pid).toBeUndefined();
  });

  test('has a /run of its own, which a program run inside shares', async () => {
    await using server = await startPureFtpd();
    const session = connect(server.port, server.host);
    await once(session, 'data');
    const [file, ...args] = server.process.inside(peerPath('pure-ftpwho'), '-s');
    expect(spawnSync(file, args, { encoding: 'utf8' }).status).toBe(0);
    const [list, ...listArgs] = server.process.inside('ls', '/run');
    expect(spawnSync(list, listArgs, { encoding: 'utf8' }).stdout).toContain('pure-ftpd');
    session.destroy();
  });

  test('sees the files of another /etc, and the machine does not', async () => {
    using folder = tempFolder();
    mkdirSync(folder.file('pure-ftpd-test-only'));
    writeFileSync(folder.file('pure-ftpd-test-only', 'marker'), 'here');
    await using server = await startPureFtpd({ etcDir: folder.path });
    const [file, ...args] = server.process.inside('cat', '/etc/pure-ftpd-test-only/marker');
    expect(spawnSync(file, args, { encoding: 'utf8' }).stdout).toBe('here');
    expect(existsSync('/etc/pure-ftpd-test-only')).toBe(false);
    expect(readFileSync('/etc/passwd', 'utf8')).toContain('root');
  });

  test('a refused option is reported with what it printed', async () => {
    await expect(startPureFtpd({ args: ['--no-such-option'] })).rejects.toThrow(/did not start: .*no-such-option/);
  });
});

describeWith(['root', 'pure-ftpd'], 'a test process that is killed', () => {
  test('takes its server with it', async () => {
    const script = `
      const { startPureFtpd } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))});
      const server = await startPureFtpd();
      process.stdout.write(String(server.process.pid));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid]: unknown[] = await once(child.stdout, 'data');
    expect(existsSync(`/proc/${String(pid)}`)).toBe(true);
    child.kill('SIGKILL');
    // The server holds nothing of ours: that it is gone shows in its process only.
    await expect.poll(() => existsSync(`/proc/${String(pid)}`), { timeout: 60_000 }).toBe(false);
  });
});

describeWith(['root'], 'a server that does not come up', () => {
  test('is reported at once when it ends', async () => {
    await expect(startServer(() => ['sh', '-c', 'echo no luck; exit 3'])).rejects.toThrow(/did not start: no luck/);
  });

  test('a free port stays free after it', async () => {
    const port = await freePort();
    await expect(startServer(() => ['false'])).rejects.toThrow(/did not start/);
    expect(port).toBeGreaterThan(0);
  });
});
