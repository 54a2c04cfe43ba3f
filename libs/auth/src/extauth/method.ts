import { encodeName } from '@pure-ftpd/protocol';

import { LoginMethodError, type MethodKind, parsePath } from '../method.ts';
import { ExtauthBackend } from './extauth-backend.ts';

/** The longest path of a Unix socket, without its NUL. */
const MAX_SOCKET_PATH_BYTES = 107;

/** `-l extauth:SOCKET`. */
export const EXTAUTH: MethodKind = {
  name: 'extauth',
  argument: 'SOCKET',
  parse: parseSocket,
  create: (path, { extauthMs }) => new ExtauthBackend(path, extauthMs === undefined ? {} : { replyMs: extauthMs }),
};

function parseSocket(argument: string): string {
  const path = parsePath(argument);
  if (encodeName(path).length > MAX_SOCKET_PATH_BYTES)
    throw new LoginMethodError(
      'CONFIGURATION',
      `Path too long: the socket ${path} has more than ${MAX_SOCKET_PATH_BYTES} bytes; give a shorter one`,
    );
  return path;
}
