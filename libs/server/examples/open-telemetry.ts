// Metrics of all sessions by OpenTelemetry's API: whichever SDK is there sends them somewhere.
// node --import ./your-sdk.ts open-telemetry.ts [port] [folder]
import { subscribe } from 'node:diagnostics_channel';

import { metrics } from '@opentelemetry/api';
import { DummyAuthorizer, FTPHandler, FTPServer, type SessionEvent } from '@pure-ftpd/server';

const [port = '2121', folder = process.cwd()] = process.argv.slice(2);

const meter = metrics.getMeter('ftp');
const sessions = meter.createUpDownCounter('ftp.server.sessions', { description: 'Clients who are connected' });
const logins = meter.createCounter('ftp.server.logins', { description: 'Logins, by what came of them' });
const bytes = meter.createCounter('ftp.server.transferred', { unit: 'By', description: 'Bytes of files' });
const transfers = meter.createHistogram('ftp.server.transfer.duration', {
  unit: 's',
  description: 'Time of transfers',
});

/** No name of a user, no path and no address is an attribute: each value would be a series of its own. */
function count(event: SessionEvent): void {
  if (event.type === 'connect') sessions.add(1);
  else if (event.type === 'disconnect') sessions.add(-1);
  else if (event.type === 'login') logins.add(1, { outcome: 'accepted' });
  else if (event.type === 'loginFailed') logins.add(1, { outcome: 'refused' });
  else if (event.type === 'transfer') {
    const direction = event.direction === 'send' ? 'download' : 'upload';
    bytes.add(event.bytes, { direction });
    transfers.record(event.seconds, { direction, complete: event.complete });
  }
}

function isEvent(message: unknown): message is SessionEvent {
  return typeof message === 'object' && message !== null && 'sessionId' in message && 'type' in message;
}

subscribe('pure-ftpd:session', (message) => {
  if (isEvent(message)) count(message);
});

const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });

class Handler extends FTPHandler {
  static override authorizer = authorizer;
}

const server = new FTPServer({ port: Number(port) }, Handler);
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
