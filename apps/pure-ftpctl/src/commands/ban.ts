import { printableName } from '@pure-ftpd/protocol';

import { say, secondsOf, valueOf, withServer } from '../control.ts';
import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';

/** Bans an address or a network, lifts a ban, or shows all of them. */
export async function ban(given: Given): Promise<number> {
  const { operands, options } = given;
  const { network } = operands;
  if (network === undefined) {
    if (options.has('lift')) throw new CommandError('name the address or the network whose ban is to be lifted');
    return showBans(given);
  }
  if (options.has('lift')) return unban(given);
  const seconds = secondsOf('for', valueOf(given, 'for'));
  const reason = valueOf(given, 'reason');
  await withServer(given, (control) =>
    control.ask({
      type: 'ban',
      network,
      ...(seconds === undefined ? {} : { seconds }),
      ...(reason === undefined ? {} : { reason }),
    }),
  );
  say(`${network} is banned.`);
  return ExitStatus.done;
}

/** Lifts a ban. */
export async function unban(given: Given): Promise<number> {
  const { network = '' } = given.operands;
  await withServer(given, (control) => control.ask({ type: 'unban', network }));
  say(`The ban of ${network} is lifted.`);
  return ExitStatus.done;
}

async function showBans(given: Given): Promise<number> {
  const { items } = await withServer(given, (control) => control.ask({ type: 'bans' }));
  if (given.options.has('json')) say(JSON.stringify(items));
  else if (items.length === 0) say('Nobody is banned.');
  else
    for (const { network, until, reason } of items) {
      const time = until === undefined ? 'for good' : `until ${new Date(until).toISOString()}`;
      say(`${network}\t${time}\t${printableName(reason)}`);
    }
  return ExitStatus.done;
}
