// The gate: accepts, greets, and does all that comes before a login. It has no rights, and sees no files.
import { mkdtempSync, rmdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chroot, isDescriptorPassingAvailable } from '@pure-ftpd/posix';
import { errorText, type ListenAddress } from '@pure-ftpd/server';

import { directoryAliases } from '../accounts.ts';
import { becomeForGood } from '../become.ts';
import { configuredHandler } from '../configured-handler.ts';
import type { MessageToGate, StartGate } from '../messages/to-child.ts';
import { drop, type MonitorLink, openMonitorLink } from '../monitor-link.ts';
import { GateAdmission } from './gate-admission.ts';
import { GateServer } from './gate-server.ts';

/** What the gate is told. */
const MESSAGES = ['listener', 'startGate', 'judgement', 'announcedAddress', 'ended', 'back', 'close'] as const;

/** Runs the gate until the monitor wants it no more. */
export function runGate(): void {
  process.title = 'pure-ftpd (GATE)';
  const listeners: ListenAddress[] = [];
  let gate: { readonly server: GateServer; readonly admission: GateAdmission } | undefined;
  const announced = new Map<number, (address: string | { readonly reason: string }) => void>();
  openMonitorLink(MESSAGES, (link, message: MessageToGate, descriptor) => {
    if (message.type === 'back' && descriptor !== undefined && gate !== undefined) {
      const { server } = gate;
      server.elsewhereEnded(message.state.sessionId);
      const socket = new Socket({ fd: descriptor, readable: true, writable: true, allowHalfOpen: true });
      server.resume(socket, message, () => undefined);
      return;
    }
    if (message.type === 'listener' && descriptor !== undefined) {
      listeners.push({ port: 0, descriptor, implicitTls: message.implicitTls });
      return;
    }
    drop(descriptor);
    switch (message.type) {
      case 'startGate':
        gate = start(link, message, listeners, announced);
        break;
      case 'judgement':
        gate?.admission.answered(message.session, message.kind);
        break;
      case 'announcedAddress':
        announced.get(message.request)?.(message.address);
        announced.delete(message.request);
        break;
      case 'ended':
        gate?.server.elsewhereEnded(message.session);
        break;
      case 'close':
        void gate?.server.closeGently(message.seconds);
        break;
      case 'listener':
      case 'back':
        // Without their descriptors they mean nothing.
        break;
    }
  });
}

function start(
  link: MonitorLink,
  { configuration, identity, served, monitor }: StartGate,
  listeners: readonly ListenAddress[],
  announced: Map<number, (address: string | { readonly reason: string }) => void>,
): { readonly server: GateServer; readonly admission: GateAdmission } {
  const admission = new GateAdmission(link);
  let lastRequest = 0;
  const handler = configuredHandler(
    {
      configuration,
      log: link.log,
      admission,
      aliases: directoryAliases(link.log),
      announcedAddress: () =>
        new Promise((resolve) => {
          lastRequest += 1;
          announced.set(lastRequest, resolve);
          link.send({ type: 'announcedAddress', request: lastRequest });
        }),
    },
    undefined,
  );
  loadLate();
  // The clock has the zone of the machine, which is not seen from inside.
  new Date().toLocaleString();
  leaveFiles(link);
  becomeForGood(identity, monitor);
  const server = new GateServer(link.log, listeners, handler, admission);
  server.maxCons = configuration.maxClients;
  server.maxConsPerIp = configuration.maxClientsPerAddress;
  for (const { session, address } of served) server.countElsewhere(session, address);
  server.serveForever().then(
    () => process.exit(0),
    (error: unknown) => {
      throw error;
    },
  );
  link.send({ type: 'ready' });
  return { server, admission };
}

/** What is loaded by its first use, and could not be from inside. */
function loadLate(): void {
  if (!isDescriptorPassingAvailable()) throw new Error('descriptors cannot be passed here');
}

/** Goes into an empty directory that no longer exists: nothing can be made in it, and nothing is left of it. */
function leaveFiles({ log }: MonitorLink): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'pure-ftpd-gate-'));
  process.chdir(directory);
  rmdirSync(directory);
  try {
    chroot('.');
  } catch (error) {
    // Containers may forbid it.
    log.write('WARNING', `the gate is not confined: ${errorText(error)}`);
  }
}
