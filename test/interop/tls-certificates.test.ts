// Certificates of the daemon as openssl and curl see them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';

import { makeCertificate } from '@pure-ftpd/x509';
import { peerPath, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD } from '../support/daemon.ts';
import { runProgram } from '../support/program.ts';
import { ours } from '../support/programs.ts';

describeWith(['openssl', 'curl'], 'certificates', () => {
  test('made by the command that a server without one names are served', async () => {
    using folder = tempFolder();
    const file = folder.file('made.pem');
    const words = ['-S', '127.0.0.1,0', '-E', '-l', `puredb:${file}`, '-Y', '1', '-2', file, '--user', '54321:54321'];
    const isRoot = process.getuid?.() === 0;
    const { status, stderr } = await runProgram(ours.program('pure-ftpd'), isRoot ? words : words.slice(0, -2));
    expect(status).toBe(252);
    const [, command] = /; to make one for trying out: (.*)\n/.exec(stderr) ?? [];
    execFileSync('sh', ['-c', command ?? 'false'], { stdio: 'pipe' });
    await using daemon = await Daemon.start({ args: ['-Y', '1', '-2', file] });
    const curl = ['-sS', '--ssl-reqd', '--insecure', '--user', `${LOGIN}:${PASSWORD}`, '--list-only'];
    expect(await runProgram(peerPath('curl'), [...curl, `ftp://127.0.0.1:${daemon.port}/`])).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  test('are strictly valid for OpenSSL when we make them', async () => {
    using folder = tempFolder();
    const authority = makeCertificate({ names: ['Authority'], isAuthority: true });
    const leaf = makeCertificate({ names: ['localhost', '*.example.org', '127.0.0.1', '::1'], issuer: authority });
    const own = makeCertificate({ names: ['localhost'] });
    const write = (name: string, text: string): string => {
      writeFileSync(folder.file(name), text);
      return folder.file(name);
    };
    const [ca, cert, self] = [
      write('ca.pem', authority.certificate),
      write('leaf.pem', leaf.certificate),
      write('self.pem', own.certificate),
    ];
    for (const words of [
      ['-CAfile', ca, cert],
      ['-CAfile', self, self],
    ]) {
      const verified = await runProgram(peerPath('openssl'), ['verify', '-x509_strict', ...words]);
      expect(verified).toMatchObject({ status: 0, stdout: expect.stringMatching(/: OK\n$/) });
    }
  });

  test('of certbot are chosen by name, and by the links it turns', async () => {
    using folder = tempFolder();
    const main = folder.file('main.pem');
    const own = makeCertificate({ names: ['localhost'] });
    writeFileSync(main, own.certificate + own.key);
    for (const name of ['live', 'live/a.example.org']) mkdirSync(folder.file(name));
    const renew = (names: readonly string[]): void => {
      const { certificate, key } = makeCertificate({ names });
      for (const [name, text] of [
        ['fullchain', certificate],
        ['privkey', key],
      ] as const) {
        writeFileSync(folder.file('live', 'a.example.org', `${name}.new`), text);
        const target = folder.file('live', 'a.example.org', `${name}.pem`);
        renameSync(folder.file('live', 'a.example.org', `${name}.new`), target);
      }
    };
    renew(['a.example.org', 'first.example.org']);
    await using daemon = await Daemon.start({
      args: ['-Y', '1', '-2', main, '--tls-certificates', folder.file('live')],
    });
    const namesSeen = async (): Promise<string> => {
      const where = ['-connect', `127.0.0.1:${daemon.port}`, '-starttls', 'ftp', '-servername', 'a.example.org'];
      const { stdout } = await runProgram(peerPath('openssl'), ['s_client', ...where]);
      return (await runProgram(peerPath('openssl'), ['x509', '-noout', '-ext', 'subjectAltName'], { input: stdout }))
        .stdout;
    };
    expect(await namesSeen()).toContain('first.example.org');
    renew(['a.example.org', 'second.example.org']);
    await untilTrue('the renewed one is served', async () => (await namesSeen()).includes('second.example.org'));
  });
});
