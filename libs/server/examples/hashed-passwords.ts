// Passwords are stored as hashes. `node hashed-passwords.ts hash PASSWORD` makes one for the table.
// node hashed-passwords.ts [port] [folder]
import { FTPHandler, FTPServer, HashedAuthorizer, hashPassword } from '@pure-ftpd/server';

const [port = '2121', folder = process.cwd()] = process.argv.slice(2);

if (port === 'hash') {
  console.log(await hashPassword(Buffer.from(folder)));
  process.exit();
}

const authorizer = new HashedAuthorizer();
// The password is `secret`.
authorizer.addUser(
  'user',
  '$argon2id$v=19$m=19456,t=2,p=1$VviYUc5/oZxGvuTMhNL4Yw$ZiiMrtkFe4FdOAz4CiNK1HqLbjcwoliDPweqotjPQAg',
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
