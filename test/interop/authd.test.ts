// Authentication daemons and servers of both kinds, in every pairing: who is let in, and what does the program hear?
import { once } from 'node:events';
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';

import { NamespacedProcess, startPureFtpd, tempFolder, type TempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { Daemon, servedAs } from '../support/daemon.ts';
import { ours, type Side, sides } from '../support/programs.ts';
import { syslogLines, withSyslog } from '../support/syslog.ts';

/** What a program prints who lets in. */
function acceptedIn(folder: TempFolder): string {
  const { uid, gid } = servedAs();
  return String.raw`auth_ok:1\nuid:${uid}\ngid:${gid}\ndir:${folder.path}\nend\n`;
}

/** Starts a daemon whose program knows three logins, and writes down what it was told. */
function startAuthDaemon(side: Side, folder: TempFolder): Promise<AuthDaemon> {
  const accepted = acceptedIn(folder);
  return startDaemonWith(
    side,
    folder,
    `
env | grep ^AUTHD_ | sort > ${folder.file('told.new')} && mv ${folder.file('told.new')} ${folder.file('told')}
case $AUTHD_ACCOUNT in
  alice) [ "$AUTHD_PASSWORD" = 's3cret pw' ] && printf '${accepted}' || printf 'auth_ok:-1\\nend\\n' ;;
  nobody-here) printf 'auth_ok:0\\nend\\n' ;;
  *) exit 1 ;;
esac
`,
  );
}

interface AuthDaemon extends AsyncDisposable {
  readonly socket: string;
}

/** Starts a daemon with a program of the shell. */
async function startDaemonWith(
  side: Side,
  folder: TempFolder,
  text: string,
  ...words: readonly string[]
): Promise<AuthDaemon> {
  const [socket, program] = [folder.file('auth.sock'), folder.file('auth.sh')];
  writeFileSync(program, `#!/bin/sh\n${text}`, { mode: 0o755 });
  const daemon = new NamespacedProcess([side.program('pure-authd'), '-s', socket, '-r', program, ...words]);
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

/** What programs do that do not end as they should; whether the login gets in all the same. */
const ODD = [
  ['terminated', 'kill -TERM $$', 530],
  ['killed', 'kill -KILL $$', 530],
  ['garbage', 'head -c 3000 /dev/urandom', 530],
  ['megabytes', 'yes | head -c 3000000', 530],
  ['half', String.raw`printf 'auth_ok:1\nuid:3'`, 530],
  ['silent', 'true', 530],
  // What was said before counts, as with the C daemon.
  ['late', 'printf "$ACCEPTED"; kill -KILL $$', 230],
  ['failed', 'printf "$ACCEPTED"; exit 7', 230],
  ['good', 'printf "$ACCEPTED"', 230],
] as const;

function oddProgram(folder: TempFolder): string {
  const cases = ODD.map(([name, command]) => `  ${name}) ${command} ;;`).join('\n');
  return `ACCEPTED='${acceptedIn(folder)}'\ncase $AUTHD_ACCOUNT in\n${cases}\nesac\n`;
}

async function oddCodes(port: number, names: readonly string[]): Promise<unknown> {
  return Promise.all(names.map(async (name) => [name, await code(port, name, 'x')]));
}

/** The C daemon answers nobody any more when a program says more than a pipe holds: it reads 4095 bytes and waits for the end. */
function oddNames(side: Side): string[] {
  return ODD.map(([name]) => name).filter((name) => side === ours || name !== 'megabytes');
}

function meantCodes(names: readonly string[]): unknown {
  return ODD.filter(([name]) => names.includes(name)).map(([name, , meant]) => [name, meant]);
}

describeWith(['root', 'pure-ftpd', 'pure-authd'], 'an authentication daemon (-l extauth:SOCKET)', () => {
  // Whoever is refused waits for seconds: these do so beside each other.
  test.concurrent.each(sides)('$name serves the C server', async (side) => {
    using folder = tempFolder();
    await using daemon = await startAuthDaemon(side, folder);
    await using server = await startPureFtpd({ args: ['-l', `extauth:${daemon.socket}`, '-E', '-H'] });
    expect(await logins(server.port, folder)).toEqual(MEANT);
  });

  test.concurrent.each(sides)('$name serves our server', async (side) => {
    using folder = tempFolder();
    await using daemon = await startAuthDaemon(side, folder);
    // A server that has given up root asks as who it is.
    chownSync(daemon.socket, servedAs().uid, servedAs().gid);
    await using server = await Daemon.start({ args: ['-l', `extauth:${daemon.socket}`, '-E'] });
    expect(await logins(server.port, folder)).toEqual(MEANT);
  });

  test.concurrent.each(sides)('$name serves our server with programs that end in odd ways', async (side) => {
    using folder = tempFolder();
    await using daemon = await startDaemonWith(side, folder, oddProgram(folder));
    chownSync(daemon.socket, servedAs().uid, servedAs().gid);
    await using server = await Daemon.start({ args: ['-l', `extauth:${daemon.socket}`, '-E'] });
    const names = oddNames(side);
    expect(await oddCodes(server.port, names)).toEqual(meantCodes(names));
  });

  test.concurrent('ours serves the C server with programs that end in odd ways, or not at all', async () => {
    using folder = tempFolder();
    const hanging = oddProgram(folder).replace('esac', '  hanging) exec sleep 1000 ;;\nesac');
    await using daemon = await startDaemonWith(ours, folder, hanging, '--timeout', '2');
    await using server = await startPureFtpd({ args: ['-l', `extauth:${daemon.socket}`, '-E', '-H'] });
    const names = oddNames(ours);
    const [odd, hung] = await Promise.all([oddCodes(server.port, names), code(server.port, 'hanging', 'x')]);
    expect([odd, hung]).toEqual([meantCodes(names), 530]);
  });

  test('200 logins at once with a slow program all get in, and who is of another backend does not wait', async () => {
    using folder = tempFolder();
    await using daemon = await startDaemonWith(ours, folder, `sleep 0.1\nprintf '${acceptedIn(folder)}'\n`);
    chownSync(daemon.socket, servedAs().uid, servedAs().gid);
    // The PureDB of this server is asked first.
    await using server = await Daemon.start({ args: ['-l', `extauth:${daemon.socket}`, '-E', '-c', '400'] });
    let answered = 0;
    const slow = Array.from({ length: 200 }, async (_, index) => {
      const heard = await code(server.port, `user-${index}`, 'x');
      answered += 1;
      return heard;
    });
    const local = await server.login();
    expect(answered).toBeLessThan(200);
    local.close();
    expect(new Set(await Promise.all(slow))).toEqual(new Set([230]));
  });

  test('a daemon that is started again goes on, and a login that comes in between waits for it', async () => {
    using folder = tempFolder();
    const program = `printf '${acceptedIn(folder)}'\n`;
    const first = await startDaemonWith(ours, folder, program);
    const { uid, gid } = servedAs();
    chownSync(first.socket, uid, gid);
    await using server = await Daemon.start({ args: ['-l', `extauth:${first.socket}`, '-E'] });
    expect(await code(server.port, 'alice', 'x')).toBe(230);
    await first[Symbol.asyncDispose]();
    const between = code(server.port, 'alice', 'x');
    await using second = await startDaemonWith(ours, folder, program);
    chownSync(second.socket, uid, gid);
    expect(await between).toBe(230);
  });

  test("in the background it tells the system's log of its start, its end and its programs, and no password", async () => {
    using folder = tempFolder();
    const [log, socket, program] = [folder.file('log'), folder.file('auth.sock'), folder.file('auth.sh')];
    // The last one ends the daemon.
    const cases = `
case $AUTHD_ACCOUNT in
  half) echo auth_ok:1 ;;
  slow) exec sleep 3600 ;;
  loud) echo trouble >&2; echo end ;;
  last) kill -TERM $PPID; echo end ;;
esac
`;
    writeFileSync(program, `#!/bin/sh\n${cases}`, { mode: 0o755 });
    const words = ['-B', '-s', socket, '-r', program, '-p', folder.file('pid'), '--timeout', '1'];
    // It leaves its starter, which stays for the test to end it.
    const staying = ['sh', '-c', '"$@" && exec sleep 3600', 'sh'];
    const daemon = new NamespacedProcess(withSyslog(log, [...staying, ours.program('pure-authd'), ...words]));
    try {
      await untilTrue('it listens', () => existsSync(socket));
      for (const account of ['half', 'slow', 'loud', 'last']) await ask(socket, account, 's3cret-pw');
      await untilTrue('its end is told', () => syslogLines(log).some((line) => line.endsWith(': ends')));
    } finally {
      await daemon.stop();
    }
    const told = syslogLines(log).map((line) => line.replace(/^<(\d+)>.{15} pure-authd\[\d+\]: /, '$1 '));
    expect(told).toEqual([
      `94 answers at ${socket} by ${program}`,
      `92 ${program} has printed 10 bytes without the line "end": nobody is let in by that`,
      expect.stringMatching(/^92 .*auth\.sh: it ran for more than 1000 ms/),
      `92 ${program} says: trouble`,
      '94 ends',
    ]);
    expect(readFileSync(log, 'latin1')).not.toContain('s3cret-pw');
  });
});

/** Asks the daemon about a login, until it has answered. */
async function ask(socket: string, account: string, password: string): Promise<void> {
  const client = connect(socket);
  client.on('error', () => undefined);
  client.end(`account:${account}\npassword:${password}\nend\n`);
  client.resume();
  await once(client, 'close');
}
