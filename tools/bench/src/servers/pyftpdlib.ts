import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingPeers, peerPath, startServer } from '@pure-ftpd/peers';
import { HASH, type ServerKind, UID, USER } from './server.ts';

/** One process that becomes the user, as ours does, and checks the hash that all others check. */
const SCRIPT = `
import crypt, logging, os, sys
from pyftpdlib.authorizers import AuthenticationFailed, DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

class HashAuthorizer(DummyAuthorizer):
    def validate_authentication(self, username, password, handler):
        stored = self.user_table[username]['pwd']
        if crypt.crypt(password, stored) != stored:
            raise AuthenticationFailed('wrong')

port, uid, user, stored, home = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6]
logging.basicConfig(level=logging.ERROR)
authorizer = HashAuthorizer()
authorizer.add_user(user, stored, home, perm='elradfmwMT')
FTPHandler.authorizer = authorizer
server = FTPServer(('127.0.0.1', port), FTPHandler)
server.max_cons = 1000
server.max_cons_per_ip = 0
os.setgroups([])
os.setgid(uid)
os.setuid(uid)
server.serve_forever()
`;

export const pyftpdlib: ServerKind = {
  name: 'pyftpdlib',
  kind: 'peer',
  missing() {
    const [reason] = missingPeers(['pyftpdlib', 'python3']);
    return reason;
  },
  async start(home, folder) {
    const file = join(folder, 'serve.py');
    writeFileSync(file, SCRIPT);
    return startServer((port) => [peerPath('python3'), file, String(port), String(UID), USER, HASH, home], {
      env: { PYTHONPATH: peerPath('pyftpdlib') },
    });
  },
};
