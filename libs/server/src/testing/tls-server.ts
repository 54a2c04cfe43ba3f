import { readFileSync } from 'node:fs';
import path from 'node:path';

import { TLS_FTPHandler } from '../face/tls-ftp-handler.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'test-data', 'tls');

/** A file of the test's certificates. */
export function certificateFile(name: 'localhost' | 'other.example' | 'alice' | 'client-authority'): string {
  return path.join(FOLDER, `${name}.pem`);
}

export function certificate(name: Parameters<typeof certificateFile>[0]): Buffer {
  return readFileSync(certificateFile(name));
}

/** A class of handlers with TLS and these settings, which no other test has. */
export function tlsHandler(settings: Partial<Omit<typeof TLS_FTPHandler, 'prototype'>> = {}): typeof TLS_FTPHandler {
  const Handler = class extends TLS_FTPHandler {
    static override certfile: string | undefined = certificateFile('localhost');
  };
  return Object.assign(Handler, settings);
}

/** A server with TLS, and with one user. */
export function startTlsServer(
  settings: Parameters<typeof tlsHandler>[0] = {},
  options: Parameters<typeof startTestServer>[1] = {},
): Promise<TestServer> {
  return startTestServer(tlsHandler(settings), options);
}
