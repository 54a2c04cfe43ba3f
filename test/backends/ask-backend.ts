import type { AuthBackend, BackendResult, LoginAttempt } from '@pure-ftpd/auth';

/** Asks a backend about a login, as from the client of the transcripts. */
export function askBackend(
  backend: AuthBackend,
  login: string,
  password: string | Buffer,
  changes: Partial<LoginAttempt> = {},
): Promise<BackendResult> {
  return backend.authenticate({
    login,
    password: Buffer.from(password),
    localAddress: '192.0.2.10',
    localPort: 2121,
    clientAddress: '192.0.2.77',
    encrypted: false,
    ...changes,
  });
}
