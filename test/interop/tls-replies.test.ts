// The commands of TLS beside the C server: the codes of all replies, in clear and over TLS, in every mode of -Y.
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect } from 'node:tls';

import { makeCertificate } from '@pure-ftpd/x509';
import { startPureFtpd, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD, servedAs } from '../support/daemon.ts';
import { createUserDatabase } from '../support/user-database.ts';

const PASS = `PASS ${PASSWORD}`;

/** What is said in clear. */
const IN_CLEAR: readonly (readonly string[])[] = [
  ['AUTH', 'AUTH GSSAPI', 'ADAT', 'PBSZ 0', 'PROT P', 'PROT', 'CCC', 'NOOP'],
  [`USER ${LOGIN}`, PASS, 'AUTH TLS', 'PROT P', 'CCC', 'PWD', 'NOOP'],
];

/** What is said over TLS. */
const PROTECTED: readonly (readonly string[])[] = [
  ['AUTH TLS', 'auth tls', 'PROT C', 'PROT P', 'PROT S', 'PROT E', 'PROT', 'PROT X', 'PBSZ 0', 'PBSZ', 'CCC', 'NOOP'],
  [`USER ${LOGIN}`, PASS, 'AUTH TLS', 'PBSZ 0', 'NLST', 'RETR x', 'STOR x', 'MLSD', 'STAT .', 'PROT P', 'NLST', 'PWD'],
  [`USER ${LOGIN}`, PASS, 'PROT C', 'LIST', 'STOU', 'APPE x', 'PROT P', 'PROT C', 'SIZE nothing', 'QUIT'],
];

/** Where we do not answer as the C server does, and why. */
const DIFFERENCES: readonly { modes: readonly number[]; where: string; code: number; reason: string }[] = [
  {
    modes: [2, 3],
    where: `clear 1 USER ${LOGIN}: ${PASS}`,
    code: 421,
    reason: 'a password in clear is answered with what to do instead, not with what was wrong before it',
  },
];

async function until(socket: Socket, pattern: RegExp): Promise<void> {
  let text = '';
  while (!pattern.test(text)) {
    const [chunk]: unknown[] = await once(socket, 'data');
    text += String(chunk);
  }
}

/** The code of each reply; 0 where the server has ended the connection instead. */
async function codesOf(client: RawClient, lines: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const line of lines) {
    try {
      found.push((await client.command(line)).code);
    } catch {
      found.push(0); // told apart from every reply
    }
  }
  client.close();
  return found;
}

/** The codes of every line, under the line. */
async function observe(port: number, mode: number): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  const note = (where: string, lines: readonly string[], codes: readonly number[]): void => {
    for (const [index, line] of lines.entries()) seen[`${where} ${index} ${lines[0]}: ${line}`] = codes[index] ?? 0;
  };
  for (const lines of IN_CLEAR) {
    const client = await RawClient.connect(port);
    await client.reply();
    note('clear', lines, await codesOf(client, lines));
  }
  for (const lines of mode === 0 ? [] : PROTECTED) {
    const socket = connectTcp({ port, host: '127.0.0.1' });
    await until(socket, /^220 /m);
    socket.write('AUTH TLS\r\n');
    await until(socket, /^234 /m);
    const secured = connect({ socket, rejectUnauthorized: false });
    await once(secured, 'secureConnect');
    note('TLS', lines, await codesOf(RawClient.over(secured), lines));
  }
  return seen;
}

/** A certificate for both servers, and the user of both. */
async function prepare(folder: TempFolder): Promise<{ readonly main: string; readonly database: string }> {
  const { uid, gid } = servedAs();
  const home = folder.file('home');
  mkdirSync(home);
  chownSync(home, uid, gid);
  const { certificate, key } = makeCertificate({ names: ['localhost'] });
  const main = folder.file('main.pem');
  writeFileSync(main, certificate + key);
  chmodSync(main, 0o600);
  return {
    main,
    database: await createUserDatabase(folder.path, [{ login: LOGIN, password: PASSWORD, uid, gid, home }]),
  };
}

describeWith(['root', 'pure-ftpd'], 'the commands of TLS', () => {
  test.each([0, 1, 2, 3])('have the codes of the C server with -Y %d', async (mode) => {
    using folder = tempFolder();
    const { main, database } = await prepare(folder);
    const options = ['-Y', String(mode), '-2', main];
    await using c = await startPureFtpd({ args: ['-l', `puredb:${database}`, '-A', '-E', '-H', ...options] });
    await using ours = await Daemon.start({ args: options });
    const theirs = await observe(c.port, mode);
    const differences = DIFFERENCES.filter(({ modes }) => modes.includes(mode));
    // A difference that is none any more has no place in the list.
    for (const { where, code } of differences) expect(theirs[where]).not.toBe(code);
    const meant = Object.fromEntries(differences.map(({ where, code }) => [where, code]));
    expect(await observe(ours.port, mode)).toEqual({ ...theirs, ...meant });
  });
});
