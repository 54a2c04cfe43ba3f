// Started by a test: three sessions on the board in the argument, until it is killed.
import { Scoreboard } from '../scoreboard.ts';

const board = Scoreboard.open({ directory: process.argv[2] ?? '' });
for (let port = 1; port <= 3; port += 1) {
  board.add({ remoteAddress: '192.0.2.77', remotePort: port, localAddress: '192.0.2.10', localPort: 21 });
}
process.send?.('ready');
// Nothing else keeps it: a board does not hold its process back.
setInterval(() => {}, 60_000);
