// A configuration that is read anew while clients are served.
import { chmodSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';

import { ControlClient, ControlError } from '@pure-ftpd/control';
import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { makeCertificate } from '@pure-ftpd/x509';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD, servedAs } from '../support/daemon.ts';
import { isSeparated } from '../support/rights.ts';
import { createUserDatabase } from '../support/user-database.ts';

/** Transfers while the configuration is read anew. */
const TRANSFERS = soak(10, 200);
const RELOADS = 10;
/** More than the connections hold: a download is not over before it is read. */
const SIZE = 24 * 1024 * 1024;

interface Place {
  readonly folder: TempFolder;
  readonly daemon: Daemon;
  readonly control: ControlClient;
}

let place: Place | undefined;

beforeAll(async () => {
  const folder = tempFolder();
  chmodSync(folder.path, 0o755);
  const daemon = await Daemon.start({ args: ['--control', folder.file('control')] });
  place = { folder, daemon, control: await ControlClient.connect(folder.file('control')) };
});
afterAll(async () => {
  await place?.control[Symbol.asyncDispose]();
  await place?.daemon[Symbol.asyncDispose]();
  place?.folder.remove();
});

function here(): Place {
  if (place === undefined) throw new Error('the daemon has not been started');
  return place;
}

/** Writes the configuration file. @returns The number of its last line. */
function configure(...lines: readonly string[]): number {
  const { folder, daemon } = here();
  const all = [
    `PureDB ${daemon.database}`,
    'ChrootEveryone yes',
    'NoAnonymous yes',
    'DontResolve yes',
    'MaxClientsNumber 2000',
    // Processes are counted.
    'SpareWorkers 0',
    `FortunesFile ${folder.file('banner')}`,
    ...lines,
  ];
  writeFileSync(folder.file('ftp.conf'), `${all.join('\n')}\n`, { mode: 0o644 });
  return all.length;
}

function writeBanner(text: string): void {
  writeFileSync(here().folder.file('banner'), `${text}\n`, { mode: 0o644 });
}

/** Has the file hold, whatever was before. */
async function reloadFile(): Promise<void> {
  const { folder, control } = here();
  await control.ask({ type: 'reload', words: [folder.file('ftp.conf')] });
}

async function greeting(): Promise<string> {
  const client = await RawClient.connect(here().daemon.port);
  const { text } = await client.reply();
  client.close();
  return text;
}

/** Who is connected is gone after the test, whatever its end: clients keep the configuration that they came to. */
const clients: RawClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function closedAtEnd(client: RawClient): RawClient {
  clients.push(client);
  return client;
}

async function login(): Promise<RawClient> {
  return closedAtEnd(await here().daemon.login());
}

async function connect(): Promise<RawClient> {
  return closedAtEnd(await RawClient.connect(here().daemon.port));
}

/** Who is greeted when there is a place, and with what: that of who has just gone is free when the gate has noticed. */
async function greetedWithPlace(): Promise<{ readonly client: RawClient; readonly text: string }> {
  for (;;) {
    const client = await connect();
    const { code, text } = await client.reply();
    if (code !== 421) return { client, text };
    client.close();
  }
}

interface Running {
  readonly client: RawClient;
  readonly data: Socket;
  readonly name: string | undefined;
}

/** Begins a download that is not read yet, or an upload of which half has been sent. */
async function begin(index: number): Promise<Running> {
  const client = await login();
  const data = await client.passive();
  data.pause();
  if (index % 2 === 0) {
    await client.command('RETR big');
    return { client, data, name: undefined };
  }
  const name = `upload-${index}`;
  await client.command(`STOR ${name}`);
  data.write(Buffer.alloc(50_000, 'a'));
  return { client, data, name };
}

/** Ends it. @returns Bytes that were moved, and the code. */
async function finish({ client, data, name }: Running): Promise<{ readonly bytes: number; readonly code: number }> {
  let bytes = 0;
  if (name === undefined) {
    data.on('data', (chunk: Buffer) => (bytes += chunk.length));
    data.resume();
  } else data.end(Buffer.alloc(50_000, 'b'));
  const { code } = await client.reply();
  if (name !== undefined) bytes = readFileSync(join(here().daemon.home, name)).length;
  else await untilTrue('all has come', () => bytes === SIZE || data.destroyed);
  client.close();
  return { bytes, code };
}

test('ten reloads with good and bad files cut none of the transfers; bad ones are refused with file and line', async () => {
  const { folder, daemon, control } = here();
  writeFileSync(join(daemon.home, 'big'), '');
  truncateSync(join(daemon.home, 'big'), SIZE);
  writeBanner('banner 0');
  configure();
  await reloadFile();
  const running: Running[] = [];
  for (let index = 0; index < TRANSFERS; index += 1) running.push(await begin(index));
  const file = folder.file('ftp.conf');
  for (let round = 1; round <= RELOADS; round += 1) {
    writeBanner(`banner ${round}`);
    if (round % 2 === 0) {
      const line = configure(
        `MaxClientsNumber ${1000 + round}`,
        round % 4 === 0 ? 'NoSuchKey yes' : 'MaxClientsPerIP x',
      );
      const refused = control.ask({ type: 'reload' });
      await expect(refused).rejects.toMatchObject({ reason: 'refused' });
      const error: unknown = await refused.catch((reason: unknown) => reason);
      const [problem = ''] = error instanceof ControlError ? error.problems : [];
      expect(problem).toMatch(new RegExp(String.raw`^${file}:${line}: (?:unknown key: NoSuchKey|MaxClientsPerIP "x")`));
      expect((await control.ask({ type: 'limits' })).done.sessions.limit).toBe(1000 + round - 1);
    } else {
      configure(`MaxClientsNumber ${1000 + round}`);
      expect((await control.ask({ type: 'reload' })).done).toMatchObject({ changed: ['--maxclientsnumber'] });
      expect((await control.ask({ type: 'limits' })).done.sessions.limit).toBe(1000 + round);
      expect(await greeting()).toContain(`banner ${round}`);
    }
  }
  const ended = await Promise.all(running.map(finish));
  expect(ended.filter(({ bytes, code }) => code !== 226 || (bytes !== SIZE && bytes !== 100_000))).toEqual([]);
  // What earlier configurations had goes with their sessions.
  await untilTrue('one configuration is left', async () => {
    return (await control.ask({ type: 'health' })).done.configurations === 1;
  });
});

describe('after a reload', () => {
  test('limits, rules, language and banner are others for who comes; who is there goes on with what was', async () => {
    const { daemon, control } = here();
    writeFileSync(join(daemon.home, 'one'), '1');
    writeBanner('before');
    configure();
    await reloadFile();
    const old = await login();
    writeBanner('after');
    configure('NoRename yes', 'Language de', 'MaxClientsPerIP 2');
    expect((await control.ask({ type: 'reload' })).done).toEqual({
      changed: ['--language', '--maxclientsperip', '--norename'],
      restart: expect.any(Array),
    });
    const { client: young, text } = await greetedWithPlace();
    expect(text).toContain('after');
    await young.command(`USER ${LOGIN}`);
    expect((await young.command(`PASS ${PASSWORD}`)).code).toBe(230);
    expect((await young.command('RNFR one')).code).toBe(550);
    expect((await young.command('XYZZY')).text).toContain('Unbekannter Befehl');
    expect((await connect().then((third) => third.reply())).code).toBe(421);
    expect((await old.command('RNFR one')).code).toBe(350);
    expect((await old.command('RNTO two')).code).toBe(250);
    expect((await old.command('XYZZY')).text).toContain('No such command');
    old.close();
    young.close();
  });

  test('other users may log in, by another backend', async () => {
    const { daemon, folder, control } = here();
    const { uid, gid } = servedAs();
    const other = await createUserDatabase(folder.path, [
      { login: 'other', password: PASSWORD, uid, gid, home: daemon.home },
    ]);
    configure();
    await reloadFile();
    const old = await login();
    configure(`PureDB ${other}`);
    // The first of two is asked first: the old one is left out.
    writeFileSync(
      folder.file('ftp.conf'),
      readFileSync(folder.file('ftp.conf'), 'utf8').replace(`PureDB ${daemon.database}\n`, ''),
    );
    await control.ask({ type: 'reload' });
    (await RawClient.login(daemon.port, 'other', PASSWORD)).close();
    const refused = await connect();
    await refused.reply();
    await refused.command(`USER ${LOGIN}`);
    expect((await refused.command(`PASS ${PASSWORD}`)).code).toBe(530);
    // Who stays connected keeps its configuration.
    refused.close();
    expect((await old.command('PWD')).code).toBe(257);
    old.close();
  });

  test('connections may be protected, with the certificate that is there then; one that cannot be read is refused', async () => {
    const { daemon, folder, control } = here();
    configure();
    await reloadFile();
    const plain = await daemon.connect();
    expect((await plain.command('AUTH TLS')).code).not.toBe(234);
    plain.close();
    const pem = folder.file('cert.pem');
    const line = configure('TLS 1', `CertFile ${pem}`);
    const error: unknown = await control.ask({ type: 'reload' }).catch((reason: unknown) => reason);
    expect(error instanceof ControlError ? error.problems : []).toEqual([
      expect.stringMatching(
        new RegExp(String.raw`^${folder.file('ftp.conf')}:${line}: CertFile: TLS needs a certificate`),
      ),
    ]);
    const { certificate, key } = makeCertificate({ names: ['localhost'] });
    writeFileSync(pem, certificate + key, { mode: 0o644 });
    await control.ask({ type: 'reload' });
    const secure = await daemon.connect();
    expect((await secure.command('AUTH TLS')).code).toBe(234);
    secure.close();
  });

  test('what has to wait for a restart is told, each time until then', async () => {
    const { control } = here();
    configure('PassivePortRange 40000 40009');
    await reloadFile();
    for (const _time of [1, 2])
      expect((await control.ask({ type: 'reload' })).done.restart).toContain('--passiveportrange');
  });
});

test('switches that are handed over hold, and are what is read next; a command line without sense changes nothing', async () => {
  const { daemon, control } = here();
  const words = ['-l', `puredb:${daemon.database}`, '-A', '-E', '-H', '-c', '77'];
  await control.ask({ type: 'reload', words });
  expect((await control.ask({ type: 'limits' })).done.sessions.limit).toBe(77);
  for (const bad of [['-c', 'many'], ['--no-such-option'], ['--help'], ['/nowhere.conf']]) {
    await expect(control.ask({ type: 'reload', words: bad })).rejects.toMatchObject({ reason: 'refused' });
  }
  expect((await control.ask({ type: 'reload' })).done.changed).toEqual([]);
  expect((await control.ask({ type: 'limits' })).done.sessions.limit).toBe(77);
});

test('--reload-on-hup: SIGHUP reads the configuration anew, and sessions go on', async () => {
  const { daemon, control } = here();
  configure('ReloadOnHup yes', 'MaxClientsNumber 60');
  await reloadFile();
  const client = await login();
  configure('ReloadOnHup yes', 'MaxClientsNumber 61');
  // As from a service manager: the process of the PID file, whose child the server is.
  const status = readFileSync(`/proc/${daemon.pid}/status`, 'latin1');
  process.kill(Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]), 'SIGHUP');
  await untilTrue('the limit is another one', async () => {
    return (await control.ask({ type: 'limits' })).done.sessions.limit === 61;
  });
  expect((await client.command('NOOP')).code).toBe(200);
  client.close();
});

test('no process is left of earlier configurations', async () => {
  const { daemon, control } = here();
  await untilTrue('one gate is left', async () => {
    const { configurations, workers } = (await control.ask({ type: 'health' })).done;
    const children = readFileSync(`/proc/${daemon.pid}/task/${daemon.pid}/children`, 'utf8').trim().split(' ');
    return configurations === 1 && children.filter(Boolean).length === (isSeparated ? workers + 1 : 0);
  });
  expect(readdirSync(daemon.home).filter((name) => name.startsWith('.'))).toEqual([]);
});
