// The daemon with workers that have been taken over: after the login the client says what is tried, and hears what came of it.
import { openSync, readdirSync, readFileSync, symlinkSync, unlinkSync, writeSync } from 'node:fs';
import { createServer, Socket } from 'node:net';

import { takeRole } from '../process/role.ts';
import { runRole } from '../process/run-role.ts';
import { becomeForGood } from '../process/become.ts';
import type { MessageToWorker } from '../process/messages/to-child.ts';
import { openMonitorLink } from '../process/monitor-link.ts';

type Attempt = (monitor: number) => unknown;

async function bind(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  server.close();
}

/** What is tried, by the word that a client says for it. */
const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  setuid: () => process.setuid?.(0),
  seteuid: () => process.seteuid?.(0),
  setgid: () => process.setgid?.(0),
  setgroups: () => process.setgroups?.([0]),
  shadow: () => openSync('/etc/shadow', 'r'),
  bind: () => bind(22),
  signal: (monitor) => process.kill(monitor, 'SIGTERM'),
  signalGroup: (monitor) => process.kill(-monitor, 'SIGTERM'),
  memory: (monitor) => openSync(`/proc/${monitor}/mem`, 'r'),
  environment: (monitor) => readFileSync(`/proc/${monitor}/environ`),
  descriptors: (monitor) => readdirSync(`/proc/${monitor}/fd`),
  etc: () => {
    symlinkSync('/', '/etc/pure-ftpd-test');
    unlinkSync('/etc/pure-ftpd-test');
  },
};

/** Says something to the monitor, byte for byte. */
function frame(payload: string, marker = 0): Buffer {
  const bytes = Buffer.from(payload, 'latin1');
  const header = Buffer.alloc(5);
  header.writeUInt32BE(bytes.length, 0);
  header[4] = marker;
  return Buffer.concat([header, bytes]);
}

async function attempt(words: string, monitor: number, session: string): Promise<string> {
  const [what = '', rest = ''] = words.split(/ (.*)/s);
  if (what === 'frame') writeSync(3, frame(rest.replaceAll('SESSION', session)));
  else if (what === 'bytes') writeSync(3, Buffer.from(rest, 'hex'));
  else if (what === 'descriptor') writeSync(3, frame(rest.replaceAll('SESSION', session), 1));
  else {
    try {
      await ATTEMPTS[what]?.(monitor);
      return 'done';
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : 'refused';
    }
  }
  return 'said';
}

function runHostileWorker(): void {
  let monitor = 0;
  openMonitorLink(['startWorker', 'serve', 'close'], (link, message: MessageToWorker, descriptor) => {
    if (message.type === 'startWorker') {
      ({ monitor } = message);
      becomeForGood(message.identity, monitor);
      link.send({ type: 'ready' });
    } else if (message.type === 'close') link.end();
    else if (message.type === 'serve' && descriptor !== undefined) {
      const client = new Socket({ fd: descriptor, readable: true, writable: true });
      client.write('230 Taken over.\r\n');
      client.setEncoding('latin1').on('data', (line: string) => {
        void attempt(line.trim(), monitor, message.state.sessionId).then((answer) => client.write(`200 ${answer}\r\n`));
      });
    }
  });
}

const role = takeRole();
if (role === 'worker') runHostileWorker();
else if (role !== undefined) await runRole(role);
else {
  const { run } = await import('../run.ts');
  process.exitCode = await run(process.argv.slice(2));
}
