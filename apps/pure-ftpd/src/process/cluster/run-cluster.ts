// The process that speaks to the engine of a cluster, without rights.
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { RedisEngine } from '@pure-ftpd/cluster/engine';
import { errorText } from '@pure-ftpd/server/internal';

import { giveUpRights } from '../give-up-rights.ts';
import type { ClusterAnswer, ClusterCall, ClusterOrders } from './messages.ts';

/** What the engine may make it keep, in bytes, and how often is looked, in milliseconds. */
const MOST_MEMORY = 256 * 1024 * 1024;
const LOOK_MS = 250;

/** Passes calls on until the server has no use for it. */
export function runCluster(descriptor: number): void {
  const parent = process.ppid;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined);
  // What is read late must be read while it can be.
  setDefaultCACertificates([...new Set([...getCACertificates('default'), ...getCACertificates('system')])]);
  giveUpRights(parent);
  // An answer without an end is kept outside the heap.
  setInterval(() => {
    if (process.memoryUsage.rss() > MOST_MEMORY) process.exit(1);
  }, LOOK_MS).unref();
  const channel = new Socket({ fd: descriptor });
  channel.on('error', () => undefined).once('close', () => process.exit(0));
  const say = (answer: ClusterAnswer): void => void channel.write(`${JSON.stringify(answer)}\n`);
  let engine: RedisEngine | undefined;
  // The server is believed.
  createInterface({ input: channel }).on('line', (line) => {
    if (engine === undefined) engine = new RedisEngine(ordersIn(line));
    else void pass(engine, callIn(line), say);
  });
}

async function pass(
  engine: RedisEngine,
  { call, ...rest }: ClusterCall,
  say: (answer: ClusterAnswer) => void,
): Promise<void> {
  try {
    say({ call, answer: await engine.run(rest) });
  } catch (error) {
    say({ call, error: errorText(error) });
  }
}

function ordersIn(line: string): ClusterOrders {
  const orders: ClusterOrders = JSON.parse(line);
  return orders;
}

function callIn(line: string): ClusterCall {
  const call: ClusterCall = JSON.parse(line);
  return call;
}
