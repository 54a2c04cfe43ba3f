// Whoever sends more than so many commands in a minute is thrown out, and for an hour not let in again.
// node anti-flood.ts [port] [folder] [commands in a minute]
import { callEvery, DummyAuthorizer, FTPHandler, FTPServer, type SessionEvent } from '@pure-ftpd/server';

const [port = '2121', folder = process.cwd(), limit = '300'] = process.argv.slice(2);
const BAN_MS = 60 * 60 * 1000;

const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });

const commands = new Map<string, number>();
const banned = new Map<string, number>();
callEvery(60, () => {
  commands.clear();
  for (const [address, until] of banned) if (until < Date.now()) banned.delete(address);
}).unref();

class Handler extends FTPHandler {
  static override authorizer = authorizer;

  override onConnect(): void {
    if (banned.has(this.remoteAddress)) this.dismiss('You are banned.');
  }

  override onEvent(event: SessionEvent): void {
    if (event.type !== 'command') return;
    const count = (commands.get(this.remoteAddress) ?? 0) + 1;
    commands.set(this.remoteAddress, count);
    if (count <= Number(limit)) return;
    banned.set(this.remoteAddress, Date.now() + BAN_MS);
    this.dismiss('Too many commands.');
  }

  dismiss(reason: string): void {
    this.respond(`421 ${reason}`);
    this.closeWhenDone();
  }
}

const server = new FTPServer({ port: Number(port) }, Handler);
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
