// The gate: accepts, greets, and does all that comes before a login. It has no rights, and sees no files.
import { isDescriptorPassingAvailable } from '@pure-ftpd/posix';
import type { ListenAddress } from '@pure-ftpd/server';

import { becomeForGood } from '../become.ts';
import { leaveFiles } from '../leave-files.ts';
import type { MessageToGate, StartGate } from '../messages/to-child.ts';
import { drop, type MonitorLink, openMonitorLink } from '../monitor-link.ts';
import { Gate, type GateClient, type GateServed } from './gate.ts';

/** What the gate is told. */
const MESSAGES = [
  'listener',
  'client',
  'startGate',
  'judgement',
  'announcedAddress',
  'certificates',
  'certificateAnswer',
  'clearControl',
  'elsewhere',
  'ended',
  'bans',
  'back',
  'stopListening',
  'order',
  'close',
] as const;

/** Runs the gate until the monitor wants it no more. */
export function runGate(): void {
  const listeners: ListenAddress[] = [];
  let client: GateClient | undefined;
  let gate: Gate | undefined;
  openMonitorLink(MESSAGES, (link, message: MessageToGate, descriptor) => {
    if (message.type === 'listener' && descriptor !== undefined)
      listeners.push({ port: 0, descriptor, implicitTls: message.implicitTls });
    else if (message.type === 'client' && descriptor !== undefined)
      client = { descriptor, implicitTls: message.implicitTls };
    else if (message.type === 'back' && descriptor !== undefined && gate !== undefined)
      gate.takeBack(message, descriptor);
    else {
      drop(descriptor);
      if (message.type === 'startGate') gate = start(link, message, { listeners, client });
      else gate?.receive(message);
    }
  });
}

function start(link: MonitorLink, message: StartGate, served: GateServed): Gate {
  // All that is loaded or looked up by its first use, and could not be from inside.
  if (!isDescriptorPassingAvailable()) throw new Error('descriptors cannot be passed here');
  const gate = new Gate(link, message, served);
  // The zone of the machine's clock.
  new Date().toLocaleString();
  const unconfined = leaveFiles('pure-ftpd-gate-');
  if (unconfined !== undefined) link.log.write('WARNING', `the gate is not confined: ${unconfined}`);
  becomeForGood(message.identity, message.monitor);
  gate.serve();
  link.send({ type: 'ready' });
  return gate;
}
