// Authentication daemons and servers of both kinds, in every pairing: who is let in, and what does the program hear?
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

import { NamespacedProcess, startPureFtpd, tempFolder, type TempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { Daemon, servedAs } from '../support/daemon.ts';
import { type Side, sides } from '../support/programs.ts';

/** Starts a daemon whose program knows three logins, and writes down what it was told. */
async function startAuthDaemon(side: Side, folder: TempFolder): Promise<{ socket: string } & AsyncDisposable> {
  const [socket, program] = [folder.file('auth.sock'), folder.file('auth.sh')];
  const { uid, gid } = servedAs();
  const accepted = String.raw`auth_ok:1\nuid:${uid}\ngid:${gid}\ndir:${folder.path}\nend\n`;
  writeFileSync(
    program,
    `#!/bin/sh
env | grep ^AUTHD_ | sort > ${folder.file('told.new')} && mv ${folder.file('told.new')} ${folder.file('told')}
case $AUTHD_ACCOUNT in
  alice) [ "$AUTHD_PASSWORD" = 's3cret pw' ] && printf '${accepted}' || printf 'auth_ok:-1\\nend\\n' ;;
  nobody-here) printf 'auth_ok:0\\nend\\n' ;;
  *) exit 1 ;;
esac
`,
    { mode: 0o755 },
  );
  const daemon = new NamespacedProcess([side.program('pure-authd'), '-s', socket, '-r', program]);
  try {
    await untilTrue('the authentication daemon listens', () => existsSync(socket));
  } catch (error) {
    await daemon.stop();
    throw new Error(`pure-authd did not start: ${daemon.output}`, { cause: error });
  }
  return { socket, [Symbol.asyncDispose]: () => daemon.stop() };
}

async function code(port: number, login: string, password: string): Promise<number> {
  const client = await RawClient.connect(port);
  await client.reply();
  await client.command(`USER ${login}`);
  const reply = await client.command(`PASS ${password}`);
  client.close();
  return reply.code;
}

/** The replies to four logins, and what the program was told of the first. */
async function logins(port: number, folder: TempFolder): Promise<unknown> {
  const first = await code(port, 'alice', 's3cret pw');
  const told = readFileSync(folder.file('told'), 'utf8').replaceAll(String(port), 'PORT');
  const rest = await Promise.all([code(port, 'alice', 'x'), code(port, 'nobody-here', 'x'), code(port, 'odd', 'x')]);
  return { codes: [first, ...rest], told };
}

const MEANT = {
  codes: [230, 530, 530, 530],
  told: [
    'AUTHD_ACCOUNT=alice',
    'AUTHD_ENCRYPTED=0',
    'AUTHD_LOCAL_IP=127.0.0.1',
    'AUTHD_LOCAL_PORT=PORT',
    'AUTHD_PASSWORD=s3cret pw',
    'AUTHD_REMOTE_IP=127.0.0.1',
    '',
  ].join('\n'),
};

describeWith(['root', 'pure-ftpd', 'pure-authd'], 'an authentication daemon (-l extauth:SOCKET)', () => {
  test.each(sides)('$name serves the C server', async (side) => {
    using folder = tempFolder();
    await using daemon = await startAuthDaemon(side, folder);
    await using server = await startPureFtpd({ args: ['-l', `extauth:${daemon.socket}`, '-E', '-H'] });
    expect(await logins(server.port, folder)).toEqual(MEANT);
  });

  test.each(sides)('$name serves our server', async (side) => {
    using folder = tempFolder();
    await using daemon = await startAuthDaemon(side, folder);
    // A server that has given up root asks as who it is.
    chownSync(daemon.socket, servedAs().uid, servedAs().gid);
    await using server = await Daemon.start({ args: ['-l', `extauth:${daemon.socket}`, '-E'] });
    expect(await logins(server.port, folder)).toEqual(MEANT);
  });
});
