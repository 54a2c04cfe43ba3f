// Run inside the network of a daemon: tries the logins on standard input (JSON) and prints their results (JSON).
import { text } from 'node:stream/consumers';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { mapSome } from './differential.ts';
import { type Attempt, tryLogin } from './servers.ts';

const AT_ONCE = 20;

const port = Number(process.argv[2]);
const attempts: Attempt[] = JSON.parse(await text(process.stdin));

async function listens(): Promise<boolean> {
  try {
    // It listens on one address after the other.
    for (const host of new Set(attempts.map((attempt) => attempt.host))) {
      const client = await RawClient.connect(port, host);
      client.close();
    }
    return true;
  } catch {
    return false; // not yet
  }
}

await untilTrue('the daemon listens', listens);
process.stdout.write(JSON.stringify(await mapSome(attempts, AT_ONCE, (attempt) => tryLogin(port, attempt))));
