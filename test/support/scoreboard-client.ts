// Run inside a namespace: a server's part of the scoreboard. Puts the sessions in its argument (JSON) on it, says `ready`, and
// keeps them there until it is ended. `count LOGIN` on standard input asks for the sessions of other servers.
import { createInterface } from 'node:readline';

import { decodeName } from '@pure-ftpd/protocol';
import { Scoreboard } from '@pure-ftpd/scoreboard';

import type { PlannedSession } from './planned-session.ts';

const planned: PlannedSession[] = JSON.parse(process.argv[2] ?? '[]');
const board = Scoreboard.open({
  onError: (error) => {
    throw error;
  },
});
for (const { client = '192.0.2.77', server = '192.0.2.10', login, transfer } of planned) {
  const entry = board.add({ remoteAddress: client, remotePort: 50_000, localAddress: server, localPort: 21 });
  if (login !== undefined) entry.login(decodeName(Buffer.from(login, 'latin1')));
  if (transfer === undefined) continue;
  const { direction, name, offset = 0, size = 0, position } = transfer;
  entry.transfer({ direction, name: decodeName(Buffer.from(name, 'latin1')), offset, size, position: () => offset });
  entry.progress(position);
}
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const [, login = ''] = line.split(' ');
  process.stdout.write(`${board.countForeignSessions(login)}\n`);
}
setInterval(() => {}, 60_000);
