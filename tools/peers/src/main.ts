// npm run peers: brings the peers and says where each is, or why it is missing.
import { PEER_NAMES } from './catalogue.ts';
import { installPeers } from './install.ts';
import { peer } from './locate.ts';

installPeers((line) => process.stdout.write(`${line}\n`));
for (const name of PEER_NAMES) {
  const found = peer(name);
  process.stdout.write(`${name}: ${'path' in found ? found.path : found.missing}\n`);
  if ('missing' in found) process.exitCode = 1;
}
