#!/usr/bin/env node
// `npx @pure-ftpd/server FOLDER`: a server in one line.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { messageOf } from '@pure-ftpd/protocol';
import { makeCertificate } from '@pure-ftpd/x509';

import { createServer, type FTPServer, type TlsIdentity, type UserLimits } from '../index.ts';
import { type Arguments, parseArguments, portRange } from './arguments.ts';
import { askPassword, randomPassword } from './password.ts';

/** The user, and what is to be said of the password. */
interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly remark: string;
}

async function credentials({ user }: Arguments): Promise<Credentials> {
  const colon = user.indexOf(':');
  if (colon !== -1) {
    const remark = 'Other users of this machine can see the password in the list of processes: FTP_PASSWORD is safer.';
    return { name: user.slice(0, colon), password: user.slice(colon + 1), remark };
  }
  const given = process.env['FTP_PASSWORD'] ?? (user === 'user' ? undefined : await askPassword(user));
  if (given !== undefined) return { name: user, password: given, remark: '' };
  const password = randomPassword();
  return { name: user, password, remark: `Password of ${user}: ${password}` };
}

function identity({ tls, requireTls, certificate, key, host }: Arguments): TlsIdentity | undefined {
  if (certificate !== undefined) {
    const read = readFileSync(certificate);
    return { certificate: read, key: key === undefined ? read : readFileSync(key) };
  }
  if (!tls && !requireTls) return undefined;
  console.log('The certificate was made just now, and signed by itself: clients have to be told to trust it.');
  return makeCertificate({ names: [...new Set(['localhost', '127.0.0.1', '::1', host])] });
}

function print(line: string): void {
  console.log(line);
}

function server(given: Arguments, { name, password }: Credentials): FTPServer {
  const { folder, host, port, permissions, anonymous, requireTls, masquerade, uploadRate, downloadRate } = given;
  const limits: UserLimits = { uploadRate, downloadRate };
  const tls = identity(given);
  return createServer({
    root: path.resolve(folder),
    users: { [name]: { password, permissions, limits } },
    anonymous: anonymous && { limits },
    host,
    port,
    requireTls,
    maxSessions: given.maxSessions,
    maxSessionsPerAddress: given.maxPerAddress,
    log: print,
    logerror: print,
    ...(given.verbose ? { logline: print } : {}),
    ...(tls === undefined ? {} : { tls }),
    ...(masquerade === undefined ? {} : { masqueradeAddress: masquerade }),
    ...(given.passivePorts === undefined ? {} : { passivePorts: portRange(given.passivePorts) }),
  });
}

async function run(): Promise<void> {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(path.join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
  );
  const given = await parseArguments(process.argv.slice(2), manifest.version);
  const user = await credentials(given);
  const made = server(given, user);
  await made.listen();
  const [address] = made.addresses;
  const host = address?.family === 'IPv6' ? `[${address.address}]` : address?.address;
  console.log(`Serving ${path.resolve(given.folder)} at ftp://${user.name}@${host}:${address?.port}/`);
  if (user.remark !== '') console.log(user.remark);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void made.close({ graceful: 2 }));
  await made.serveForever();
}

try {
  await run();
} catch (error) {
  console.error(`pure-ftpd-server: ${messageOf(error)}`);
  process.exitCode = 1;
}
