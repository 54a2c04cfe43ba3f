import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { RawClient, temporaryFolder } from '@pure-ftpd/testing';

import { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';

/** A server on a free port of this machine, with one user, `user` / `secret`, whose home is `folder`. */
export interface TestServer extends AsyncDisposable {
  readonly server: FTPServer;
  readonly port: number;
  readonly folder: string;
  readonly errors: Error[];
  /** Connects and logs in. */
  login(): Promise<RawClient>;
  /** Connects and hears the greeting. */
  connect(): Promise<RawClient>;
}

export async function startTestServer(
  Handler: typeof FTPHandler = class extends FTPHandler {},
  options: { perm?: string; host?: string; maxCons?: number; maxConsPerIp?: number } = {},
): Promise<TestServer> {
  const temporary = temporaryFolder();
  const folder = path.join(temporary.path, 'home');
  mkdirSync(folder);
  const authorizer = new DummyAuthorizer();
  authorizer.addUser('user', 'secret', folder, { perm: options.perm ?? 'elradfmwMT' });
  Handler.authorizer = authorizer;
  Handler.authFailedTimeout = 0.01;
  const server = new FTPServer({ host: options.host ?? '127.0.0.1', port: 0 }, Handler);
  if (options.maxCons !== undefined) server.maxCons = options.maxCons;
  if (options.maxConsPerIp !== undefined) server.maxConsPerIp = options.maxConsPerIp;
  const errors: Error[] = [];
  server.onError = (error) => {
    errors.push(error);
  };
  await server.listen();
  const port = server.addresses[0]?.port ?? 0;
  const clients: RawClient[] = [];
  const connect = async (): Promise<RawClient> => {
    const client = await RawClient.connect(port, options.host ?? '127.0.0.1');
    clients.push(client);
    await client.reply();
    return client;
  };
  return {
    server,
    port,
    folder,
    errors,
    connect,
    async login() {
      const client = await connect();
      await client.command('USER user');
      const reply = await client.command('PASS secret');
      if (reply.code !== 230) throw new Error(reply.text);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      await server.close();
      temporary[Symbol.dispose]();
    },
  };
}
