// Certificate daemons and servers of both kinds, in every pairing: which certificate does a client see?
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { peerPath, startPureFtpd, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { certificateCases, makeCertificates, startCertificateDaemon } from '../support/certificate-daemon.ts';
import { Daemon, servedAs } from '../support/daemon.ts';
import { runProgram } from '../support/program.ts';
import { sides } from '../support/programs.ts';

const cases = certificateCases();

/** The common name of the certificate that a server shows; undefined when it ends the handshake. */
async function certificateSeen(port: number, serverName: string): Promise<string | undefined> {
  const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-starttls', 'ftp', '-servername', serverName];
  const { stdout } = await runProgram(peerPath('openssl'), args);
  return /^subject=CN ?= ?(\S+)$/m.exec(stdout)?.[1];
}

/** What each case ends with, by its title. */
function recorded(): Record<string, string | undefined> {
  return Object.fromEntries(cases.map(({ title, seen }) => [title, seen]));
}

async function seenIn(port: number): Promise<Record<string, string | undefined>> {
  const seen: Record<string, string | undefined> = {};
  for (const [index, { title }] of cases.entries()) seen[title] = await certificateSeen(port, `case-${index}`);
  return seen;
}

/** A folder with the certificates, and with the reply of each case under its name. */
function prepare(folder: ReturnType<typeof tempFolder>): { readonly main: string; readonly replies: string } {
  const { directory, main } = makeCertificates(folder);
  const replies = folder.file('replies');
  mkdirSync(replies);
  for (const [index, { reply }] of cases.entries()) {
    writeFileSync(join(replies, `case-${index}`), reply.replaceAll('DIR', directory));
  }
  return { main, replies };
}

describeWith(
  ['root', 'pure-ftpd', 'pure-certd', 'openssl'],
  'a certificate daemon (-3) beside the certificate of -2',
  () => {
    test('the recorded cases are read', () => {
      expect(cases.length).toBeGreaterThan(15);
      expect(new Set(cases.map(({ seen }) => seen))).toEqual(
        new Set(['a.example.org', 'default.example.org', undefined]),
      );
    });

    test.each(sides)('$name serves the C server as the recorded one did', async (side) => {
      using folder = tempFolder();
      const { main, replies } = prepare(folder);
      await using daemon = await startCertificateDaemon(side, folder, replies);
      await using server = await startPureFtpd({ args: ['-Y', '1', '-2', main, '-3', daemon.socket, '-H'] });
      expect(await seenIn(server.port)).toEqual(recorded());
    });

    test.each(sides)('$name serves our server, where a fallback is one', async (side) => {
      using folder = tempFolder();
      const { main, replies } = prepare(folder);
      await using daemon = await startCertificateDaemon(side, folder, replies);
      // A server that has given up root asks as who it is.
      chownSync(daemon.socket, servedAs().uid, servedAs().gid);
      await using server = await Daemon.start({ args: ['-Y', '1', '-2', main, '-3', daemon.socket] });
      const fallbacks = cases.filter(({ title, seen }) => title.startsWith('fallback') && seen === undefined);
      expect(fallbacks).toHaveLength(3);
      const meant = Object.fromEntries(fallbacks.map(({ title }) => [title, 'default.example.org']));
      expect(await seenIn(server.port)).toEqual({ ...recorded(), ...meant });
    });
  },
);
