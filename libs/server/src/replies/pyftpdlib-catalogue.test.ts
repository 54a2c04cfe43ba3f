// The codes of the library, and the words of the catalogue, beside what pyftpdlib answers on the wire.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { missingPeers, peerPath, startServer } from '@pure-ftpd/peers';
import { RawClient, temporaryFolder } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';
import { pyftpdlibCatalogue } from './pyftpdlib-catalogue.ts';

/** Commands, and what is said of them, for a client that has not logged in. */
const BEFORE_LOGIN = [
  ['MODE S', 'STRU F', 'TYPE A', 'NOOP', 'PASS x', 'REIN', 'ABOR', 'LIST', 'FOO', 'USER', 'STAT /', 'PWD', 'EPSV'],
  ['SITE CHMOD 600 x', 'OPTS MLST type;', 'HELP ?!?', 'SITE HELP ?!?'],
].flat();

/** And for one that has. */
const AFTER_LOGIN = [
  ['ALLO', 'ALLO x', 'ABOR', 'MODE', 'MODE s', 'MODE b', 'MODE ?!?', 'STRU f', 'STRU p', 'STRU r', 'STRU ?!?'],
  ['TYPE', 'TYPE a', 'TYPE i', 'TYPE l7', 'TYPE l8', 'TYPE ?!?', 'HELP ?!?', 'SITE', 'SITE ?!?', 'SITE HELP ?!?'],
  ['ABOR x', 'CDUP x', 'FEAT x', 'NOOP x', 'PASV x', 'PWD x', 'QUIT x', 'REIN x', 'SYST x', 'XCUP x', 'XPWD x'],
  ['OPTS', 'OPTS foo', 'OPTS MLST bad_fact', 'OPTS MLST type ;', 'OPTS MLST fish;cakes;', 'OPTS mLSt TypE;'],
  ['OPTS MLST', 'EPRT', 'EPRT ||||', 'EPRT ||', 'EPRT |1|127.0.0.1|65536|', 'EPRT |1|1.2.3.4.5|2048|'],
  ['EPRT |2|1.2.3.256|2048|', 'PORT', 'PORT 127,0,0,1', 'PORT 256,0,0,1,1,1', 'PORT X,0,0,1,1,1', 'EPSV 2', 'EPSV 3'],
  ['REST', 'REST str', 'REST -1', 'REST 10.1', 'REST 0', 'SIZE file', 'SIZE folder', 'MDTM file'],
  [
    'MDTM /nope',
    'SIZE /nope',
    'MKD folder',
    'SITE CHMOD 644',
    'PORT 127,0,0,1,1,1,1',
    'PORT 127,0,0,1,1.1',
    'CWD folder',
    'CWD',
    'PWD',
  ],
  ['MFMT', 'MFMT file', 'MFMT 2017 file', 'MKD made', 'RMD made', 'RMD /', 'RMD nope', 'DELE nope', 'RNFR nope'],
  ['RNFR /', 'RNTO x', 'RNFR file', 'RNTO other', 'RNFR other', 'RNTO file', 'CWD nope', 'CWD folder', 'CDUP', 'PWD'],
  ['MLSD file', 'SITE CHMOD xx file', 'SITE CHMOD 644 file', 'TYPE A', 'SIZE file', 'REST 10', 'TYPE I', 'REST 5'],
  [
    'RETR file',
    'REST 5',
    'STOR file',
    'REST 5',
    'STOR nope',
    'REST 10',
    'APPE file',
    'REST 0',
    'REST 10',
    'STOU',
    'REST 0',
    'EPSV ALL',
    'PASV',
    'EPRT |1|127.0.0.1|5000|',
  ],
  ['PASS x', 'USER user', 'PASS wrong', 'USER user', 'PASS secret', 'REIN', 'PWD', 'USER user', 'PASS secret', 'QUIT'],
].flat();

const SCRIPT = `
import logging, sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
logging.basicConfig(level=logging.ERROR)
FTPHandler.authorizer = DummyAuthorizer()
FTPHandler.authorizer.add_user('user', 'secret', sys.argv[2], perm='elradfmwMT')
FTPHandler.auth_failed_timeout = 0.01
FTPServer(('127.0.0.1', int(sys.argv[1])), FTPHandler).serve_forever()
`;

/** Every reply to the commands, one a line. */
async function replies(port: number): Promise<string[]> {
  const client = await RawClient.connect(port);
  await client.reply();
  const said: string[] = [];
  for (const line of [...BEFORE_LOGIN, 'USER user', 'PASS secret', ...AFTER_LOGIN]) {
    const { text } = await client.command(line);
    said.push(`${line}: ${text}`);
  }
  client.close();
  return said;
}

/** Names of a listing. */
async function names(port: number, command: string): Promise<string> {
  const client = await RawClient.login(port, 'user', 'secret');
  const { data } = await client.receive(command);
  client.close();
  return data.toString();
}

/** What ABOR says when a data connection was asked for, and nothing else was. */
async function dropped(port: number): Promise<string> {
  const client = await RawClient.login(port, 'user', 'secret');
  await client.command('PASV');
  const { text } = await client.command('ABOR');
  client.close();
  return text;
}

const [missing] = missingPeers(['pyftpdlib', 'python3']);

describe.skipIf(missing !== undefined)('beside pyftpdlib', () => {
  test('codes and words are the same', { timeout: 120_000 }, async () => {
    using folder = temporaryFolder();
    mkdirSync(path.join(folder.path, 'folder'));
    writeFileSync(path.join(folder.path, 'file'), 'abc');
    const script = path.join(folder.path, '..', `${path.basename(folder.path)}.py`);
    writeFileSync(script, SCRIPT);
    class Handler extends FTPHandler {
      static override catalogue = pyftpdlibCatalogue;
      static override authorizer = new DummyAuthorizer();
      static override authFailedTimeout = 0.01;
    }
    Handler.authorizer.addUser('user', 'secret', folder.path, { perm: 'elradfmwMT' });
    await using ours = new FTPServer(['127.0.0.1', 0], Handler);
    await ours.listen();
    const port = ours.addresses[0]?.port ?? 0;
    await using theirs = await startServer((free) => [peerPath('python3'), script, `${free}`, folder.path], {
      env: { PYTHONPATH: peerPath('pyftpdlib') },
    });
    expect(await replies(port)).toEqual(await replies(theirs.port));
    for (const command of ['NLST file', 'NLST'])
      expect(await names(port, command)).toBe(await names(theirs.port, command));
    expect(await dropped(port)).toBe(await dropped(theirs.port));
  });
});

test('the state of the server is told before a login, that of a path is not', async () => {
  class Handler extends FTPHandler {}
  await using server = new FTPServer(['127.0.0.1', 0], Handler);
  await server.listen();
  const client = await RawClient.connect(server.addresses[0]?.port ?? 0);
  await client.reply();
  expect((await client.command('STAT')).code).toBe(211);
  expect((await client.command('STAT /')).code).toBe(530);
  expect((await client.command('SITE HELP')).code).toBe(214);
  expect((await client.command('SITE HELP chmod')).code).toBe(214);
  expect((await client.command('OPTS UTF8 ON')).code).toBe(200);
  client.close();
});
