import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingPeers, peerPath, type RunningServer, startServer } from '@pure-ftpd/peers';
import { HASH, PASSWORD, type Place, type ServerKind, SESSIONS, UID, USER, type Wanted } from './server.ts';

/** One process that becomes the user, as ours does, and checks the hash that all others check. */
const SCRIPT = `
import crypt, json, logging, os, sys
from pyftpdlib.authorizers import AuthenticationFailed, DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, ThrottledDTPHandler
from pyftpdlib.servers import FTPServer

class HashAuthorizer(DummyAuthorizer):
    def validate_authentication(self, username, password, handler):
        stored = self.user_table[username]['pwd']
        if crypt.crypt(password, stored) != stored:
            raise AuthenticationFailed('wrong')

given = json.loads(sys.argv[1])
logging.basicConfig(level=logging.ERROR)
authorizer = HashAuthorizer() if given['hashed'] else DummyAuthorizer()
authorizer.add_user(given['user'], given['password'], given['home'], perm='elradfmwMT')
handler = FTPHandler
if given.get('certificate'):
    from pyftpdlib.handlers import TLS_FTPHandler
    handler = TLS_FTPHandler
    handler.certfile = given['certificate']
    handler.ssl_context = handler.get_ssl_context()
if given.get('limit'):
    handler.dtp_handler = ThrottledDTPHandler
    ThrottledDTPHandler.read_limit = ThrottledDTPHandler.write_limit = given['limit']
handler.authorizer = authorizer
server = FTPServer(('127.0.0.1', given['port']), handler)
server.max_cons = given['sessions']
server.max_cons_per_ip = 0
os.setgroups([])
os.setgid(given['uid'])
os.setuid(given['uid'])
server.serve_forever()
`;

function missing({ secure = false }: Wanted): string | undefined {
  const [reason] = missingPeers(secure ? ['pyftpdlib', 'python3', 'pyopenssl'] : ['pyftpdlib', 'python3']);
  return reason;
}

async function start({ home, folder, certificate, limit }: Place, hashed: boolean): Promise<RunningServer> {
  const file = join(folder, 'serve.py');
  writeFileSync(file, SCRIPT);
  const password = hashed ? HASH : PASSWORD;
  const given = { user: USER, uid: UID, password, hashed, home, certificate, limit, sessions: SESSIONS };
  return startServer((port) => [peerPath('python3'), file, JSON.stringify({ ...given, port })], {
    env: { PYTHONPATH: peerPath('pyftpdlib') },
  });
}

export const pyftpdlib: ServerKind = {
  name: 'pyftpdlib',
  kind: 'peer',
  processes: false,
  missing,
  start: async (place) => start(place, true),
};

/** With the password in clear text, as its `DummyAuthorizer` has it. */
export const pyftpdlibClear: ServerKind = { ...pyftpdlib, start: async (place) => start(place, false) };
