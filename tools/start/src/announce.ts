// Usage: node announce.ts PID HOST PORT TEXT: prints TEXT when somebody listens on the port, and ends; says nothing when the
// process PID ends before. It stands beside the server, which has taken the place of the process that started both.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const [pid = '', host = '', port = '', text = ''] = process.argv.slice(2);
const INTERVAL = 20;
const PATIENCE = 30_000;

async function listens(): Promise<boolean> {
  const socket = connect(Number(port), host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // refused: nobody listens yet
  } finally {
    socket.destroy();
  }
}

function isAlive(): boolean {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false; // it has ended, and said why
  }
}

const deadline = Date.now() + PATIENCE;
while (Date.now() < deadline) {
  if (await listens()) {
    process.stdout.write(text);
    break;
  }
  if (!isAlive()) break;
  await delay(INTERVAL);
}
