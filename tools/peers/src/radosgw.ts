import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { endWithThisProcess } from '@pure-ftpd/testing';

import { CATALOGUE, type PeerName } from './catalogue.ts';
import { peerPath } from './locate.ts';
import { freePort } from './ports.ts';
import { tempFolder } from './temp-folder.ts';

const run = promisify(execFile);

/** What {@link startRadosgw} needs. */
export const RADOSGW: readonly PeerName[] = [
  'ceph-mon',
  'ceph-osd',
  'radosgw',
  'radosgw-admin',
  'monmaptool',
  'osdmaptool',
  'librados',
  'librgw',
  'libcephfs',
  'librbd',
  'libradosstriper',
  'libboost-context',
  'libboost-thread',
  'libdaxctl',
  'libfmt',
  'libfuse',
  'libibverbs',
  'libleveldb',
  'libndctl',
  'liboath',
  'libpmem',
  'librabbitmq',
  'librdmacm',
  'libsnappy',
  'libtcmalloc',
  'libtcmalloc-minimal',
  'libnl-3',
  'libnl-route-3',
];

/** How long a part of it may take to answer on a busy machine, in milliseconds. */
const PATIENCE = 60_000;

/** Ceph's S3 gateway on this machine, its objects in memory; one user. */
export interface ObjectStore extends AsyncDisposable {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The gateway is killed; objects stay. */
  killGateway(): Promise<void>;
  /** The gateway is there again, on the same port. */
  startGateway(): Promise<void>;
}

/** Starts a cluster of one machine, which takes two seconds, and ends with this process at the latest. */
export async function startRadosgw(): Promise<ObjectStore> {
  const folder = tempFolder();
  const running: ChildProcess[] = [];
  const log = folder.file('log');
  const env = { ...process.env, LD_LIBRARY_PATH: libraryFolders().join(':') };
  const config = folder.file('ceph.conf');
  const [port, monitorPort, fsid] = [await freePort(), await freePort(), randomUUID()];
  writeFileSync(config, configuration(folder.path, { fsid, port, monitorPort }));
  for (const name of ['mon', 'osd', 'rgw', 'crash']) mkdirSync(folder.file(name));
  const call = (name: PeerName, ...args: readonly string[]): Promise<unknown> =>
    run(peerPath(name), ['-c', config, ...args], { env, timeout: PATIENCE });
  const start = (name: PeerName, ...args: readonly string[]): ChildProcess => {
    const output = openSync(log, 'a');
    try {
      const child = spawn(peerPath(name), ['-c', config, '-f', ...args], {
        env,
        stdio: ['ignore', output, output],
        detached: true,
      });
      endWithThisProcess(child);
      running.push(child);
      return child;
    } finally {
      closeSync(output);
    }
  };
  let gateway: ChildProcess | undefined;
  const accessKeyId = 'TESTACCESSKEY0000001';
  const secretAccessKey = 'testsecret/with+odd=chars';
  const store: ObjectStore = {
    endpoint: `http://127.0.0.1:${port}`,
    accessKeyId,
    secretAccessKey,
    async killGateway() {
      await ended(gateway);
      gateway = undefined;
    },
    async startGateway() {
      gateway = start('radosgw', '-n', 'client.rgw', '--setuser-match-path=');
      await untilListening(port, gateway, log);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map((child) => ended(child)));
      folder.remove();
    },
  };
  try {
    const [monitorMap, storeMap] = [folder.file('monmap'), folder.file('osdmap')];
    await call('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${monitorPort}]`, monitorMap);
    // A map that knows the store already: otherwise the ceph command, in Python, would be needed to add it.
    await call('osdmaptool', '--createsimple', '1', storeMap);
    await call('ceph-mon', '-i', 'a', '--mkfs', '--fsid', fsid, '--monmap', monitorMap, '--osdmap', storeMap);
    start('ceph-mon', '-i', 'a');
    await call('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', randomUUID());
    start('ceph-osd', '-i', '0');
    const keys = [`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`];
    await call('radosgw-admin', 'user', 'create', '--uid=test', '--display-name=test', ...keys);
    await store.startGateway();
    return store;
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

/** Every folder of libraries that came with what is needed. */
function libraryFolders(): string[] {
  const triple = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const roots = RADOSGW.map((name) => {
    const source = CATALOGUE[name];
    if (source.from !== 'unpacked') throw new TypeError(`${name} is not unpacked`);
    return join(peerPath(name), ...source.file.split('/').map(() => '..'));
  });
  return [...new Set(roots)].flatMap((root) =>
    [`usr/lib/${triple}`, `usr/lib/${triple}/ceph`, `lib/${triple}`].map((folder) => join(root, folder)),
  );
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'exit');
  child.kill('SIGKILL');
  await end;
}

async function untilListening(port: number, child: ChildProcess, log: string): Promise<void> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > until)
        throw new Error(`radosgw does not answer: ${readFileSync(log, 'utf8').slice(-2000)}`, { cause: error });
      await delay(20);
    } finally {
      socket.destroy();
    }
  }
}

function configuration(
  folder: string,
  { fsid, port, monitorPort }: { readonly fsid: string; readonly port: number; readonly monitorPort: number },
): string {
  const base = dirname(dirname(dirname(peerPath('monmaptool'))));
  const triple = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const modules = join(base, 'usr', 'lib', triple);
  return `[global]
fsid = ${fsid}
mon host = v2:127.0.0.1:${monitorPort}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
auth cluster required = none
auth service required = none
auth client required = none
; The gateway wants an encrypted connection unless told otherwise, which "none" cannot give: it would hang for 300 s.
ms mon client mode = crc
run dir = ${folder}
admin socket = ${folder}/$name.asok
log file = ${folder}/$name.log
pid file = ${folder}/$name.pid
crash dir = ${folder}/crash
mon data = ${folder}/mon
osd data = ${folder}/osd
rgw data = ${folder}/rgw
plugin dir = ${modules}/ceph
erasure code dir = ${modules}/ceph/erasure-code
osd class dir = ${modules}/rados-classes
mon cluster log file = ${folder}/cluster.log
mon data avail warn = 1
mon data avail crit = 1
paxos propose interval = 0.02
paxos min wait = 0.01
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon allow pool delete = true
osd crush chooseleaf type = 0
osd objectstore = memstore
osd memory target = 1073741824
memstore device bytes = 8589934592
osd op num shards = 2
osd min pg log entries = 100
osd max pg log entries = 200
osd pg log dups tracked = 200
; A killed gateway stays subscribed for this long, and until then each new or removed bucket waits for it.
osd client watch timeout = 6
objecter tick interval = 2
rgw gc obj min wait = 5
rgw gc processor period = 5
rgw gc processor max time = 5
rgw run sync thread = false
rgw dynamic resharding = false
[client.admin]
admin socket =
log file = ${folder}/admin.log
pid file =
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw thread pool size = 64
`;
}
