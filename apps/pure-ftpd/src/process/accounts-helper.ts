// A process that asks a database or a directory for accounts, as nobody.
import { Socket } from 'node:net';

import { openBackend, runBackendHelper } from '@pure-ftpd/auth';
import { isNssAvailable, nameProcess, setDumpable } from '@pure-ftpd/posix';

import { becomeForGood, verifyRights } from './become.ts';
import { gateIdentity } from './monitor/gate-identity.ts';

/**
 * Judges the logins that come over a descriptor until it is closed. Its file is read as root; whoever the server of accounts
 * talks to is nobody.
 */
export async function runAccountsHelper(descriptor: number): Promise<void> {
  const parent = process.ppid;
  // What it is told is not for a core file.
  setDumpable(false);
  // It ends when the server does, not when somebody presses Ctrl-C in its terminal.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined);
  // What is loaded late must be loaded while its files can be read.
  isNssAvailable();
  const channel = new Socket({ fd: descriptor });
  await runBackendHelper({
    channel,
    open(name, path) {
      nameProcess('pure-ftpd', `pure-ftpd (${name.toUpperCase()})`);
      return openBackend({ name, path });
    },
    giveUpRights() {
      const identity = gateIdentity();
      becomeForGood(identity, parent);
      verifyRights('self', identity);
    },
  });
  process.exit();
}
