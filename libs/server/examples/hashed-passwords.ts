// Passwords are stored as hashes. `node hashed-passwords.ts hash PASSWORD` makes one for the table.
// node hashed-passwords.ts [port] [folder]
import { FTPHandler, FTPServer, HashedAuthorizer, hashPassword } from '@pure-ftpd/server';

const [port = '2121', folder = process.cwd()] = process.argv.slice(2);

if (port === 'hash') {
  console.log(await hashPassword(Buffer.from(folder)));
  process.exit();
}

const authorizer = new HashedAuthorizer();
// The password is `secret`, hashed by scrypt, which every runtime has; Argon2 needs Node 24.7, or koffi.
authorizer.addUser(
  'user',
  '$7$C6..../....EhopnJNtwvf8gjC2rH9S58GUINACYqZoskYZ9/4QMq.$b8.YUUU2dlVgS0emYc/LPc.5ofzh9/9oj58uLvoKl56',
  folder,
  { perm: 'elradfmwMT' },
);

class Handler extends FTPHandler {
  static override authorizer = authorizer;
}

const server = new FTPServer({ port: Number(port) }, Handler);
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
