import { chownSync, closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { peerPath } from '@pure-ftpd/peers';
import { cpuSeconds, timeProgram } from '../process.ts';
import type { Measure, Row } from '../row.ts';
import { onEveryServer, type Started } from '../servers/index.ts';
import { PASSWORD, UID, USER } from '../servers/server.ts';

const SIZE = 2 ** 30;

const measures: readonly Measure[] = [
  { name: 'speed', unit: 'MB/s', better: 'higher' },
  { name: 'processor time of the server', unit: 's', better: 'lower' },
];

const CLIENT = 'The client is curl; its start, connecting and logging in are part of the time.';

function writeFile(file: string): void {
  const block = Buffer.alloc(2 ** 20, 'All work and no play. ');
  const fd = openSync(file, 'w');
  for (let done = 0; done < SIZE; done += block.length) writeSync(fd, block);
  closeSync(fd);
  chownSync(file, UID, UID);
}

/** Runs curl against a server; answers speed, and the time of the server's processes. */
async function curl({ server }: Started, path: string, ...args: readonly string[]): Promise<number[]> {
  const pid = server.process.pid;
  if (pid === undefined) throw new Error('the server ended');
  const before = cpuSeconds(pid);
  const url = `ftp://${USER}:${PASSWORD}@127.0.0.1:${server.port}/${path}`;
  const { seconds } = await timeProgram([peerPath('curl'), '--silent', '--show-error', '--fail', ...args, url]);
  return [SIZE / 1e6 / seconds, cpuSeconds(pid) - before];
}

export const retr: Row = {
  name: 'retr',
  title: 'One download of 1 GiB over loopback, from memory, thrown away by the client.',
  measures,
  runs: 7,
  async prepare({ folder }) {
    const made = new Set<string>();
    const prepared = await onEveryServer(folder, async (started) => {
      const file = join(started.home, 'big');
      if (!made.has(file)) writeFile(file);
      made.add(file);
      return curl(started, 'big', '--output', '/dev/null');
    });
    return { ...prepared, notes: [...prepared.notes, CLIENT] };
  },
};

export const stor: Row = {
  name: 'stor',
  title: 'One upload of 1 GiB over loopback, from memory to memory, to a name that is not there.',
  measures,
  runs: 7,
  async prepare({ folder }) {
    const source = join(folder, 'source');
    writeFile(source);
    const prepared = await onEveryServer(folder, async (started) => {
      const figures = await curl(started, 'new', '--upload-file', source);
      rmSync(join(started.home, 'new'));
      return figures;
    });
    return { ...prepared, notes: [...prepared.notes, CLIENT] };
  },
};
