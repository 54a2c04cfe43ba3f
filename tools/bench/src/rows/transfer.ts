import { chownSync, closeSync, copyFileSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { figureOf, runClient } from '../client.ts';
import { cpuSeconds, PeakMemory } from '../process.ts';
import type { Figures, Measure, Row } from '../row.ts';
import { EVERYBODY, EVERYBODY_WITH_FILES, onServers, type Started } from '../servers/index.ts';
import { UID } from '../servers/server.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

const SPEED: Measure = { name: 'speed', unit: 'MB/s', better: 'higher' };
const SERVER_TIME: Measure = { name: 'processor time of the server', unit: 's/GiB', better: 'lower' };

/** In every row that the client of this package takes part in: as long as it is well below 100, it is not what is measured. */
export const BUSY: Measure = { name: 'the client was busy', unit: '%', better: 'neither' };

/** Writes a file of that many bytes, a multiple of a KiB, that belongs to the user. */
export function writeFile(file: string, size: number): void {
  const block = Buffer.alloc(Math.min(size, MIB), 'All work and no play. ');
  const fd = openSync(file, 'w');
  try {
    for (let done = 0; done < size; done += block.length) writeSync(fd, block.subarray(0, size - done));
  } finally {
    closeSync(fd);
  }
  chownSync(file, UID, UID);
}

/** A fresh folder in the home, for uploads. */
export function emptyFolder(home: string, name: string): void {
  const folder = join(home, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  chownSync(folder, UID, UID);
}

/** Sizes are multiples of the client's buffer. */
function scaledSize(usual: number, scaled: (usual: number) => number): number {
  return Math.ceil(scaled(usual) / MIB) * MIB;
}

/** A job that moves so many bytes: its speed, the time of the server's processes, and how busy the client was. */
async function move(
  { kind, server, pid, note }: Started,
  job: string,
  secure: boolean,
  bytes: number,
  options: Readonly<Record<string, string | number>>,
): Promise<readonly [speed: number, serverTime: number, busy: number]> {
  const before = cpuSeconds(pid);
  const figures = await runClient({ job, port: server.port, secure, options });
  if (secure && figures['negotiated'] !== undefined) {
    const again =
      figures['resumed'] === 1 ? 'resumes the session of the control connection' : 'is a session of its own';
    note(`${kind.name}: the data connection has ${figures['negotiated']}, and ${again}.`);
  }
  const speed = bytes / 1e6 / figureOf(figures, 'seconds');
  return [speed, ((cpuSeconds(pid) - before) * GIB) / bytes, figureOf(figures, 'busy')];
}

interface Single {
  readonly name: string;
  readonly job: 'retr' | 'stor';
  readonly title: string;
  readonly secure: boolean;
}

function single({ name, job, title, secure }: Single): Row {
  return {
    name,
    title,
    measures: [SPEED, SERVER_TIME, BUSY],
    runs: 7,
    async prepare(workspace) {
      const size = scaledSize(GIB, workspace.scaled);
      return onServers(workspace, {
        kinds: job === 'retr' ? EVERYBODY_WITH_FILES : EVERYBODY,
        secure,
        fill: (home) => writeFile(join(home, 'big'), size),
        async run(started) {
          emptyFolder(started.home, 'up');
          const file = job === 'retr' ? 'big' : 'up/new';
          const figures = await move(started, job, secure, size, { name: file, size });
          emptyFolder(started.home, 'up');
          return figures;
        },
      });
    },
  };
}

export const retr: Row = single({
  name: 'retr',
  job: 'retr',
  title: 'One download of 1 GiB, thrown away by the client.',
  secure: false,
});

export const stor: Row = single({
  name: 'stor',
  job: 'stor',
  title: 'One upload of 1 GiB to a name that is not there.',
  secure: false,
});

export const tlsRetr: Row = single({
  name: 'tls_retr',
  job: 'retr',
  title: 'One download of 1 GiB over TLS, which the client throws away without decrypting it.',
  secure: true,
});

export const tlsStor: Row = single({
  name: 'tls_stor',
  job: 'stor',
  title: 'One upload of 1 GiB over TLS, which the client has encrypted before the clock starts.',
  secure: true,
});

const CLIENTS = 300;
const EACH = 10 * MIB;

function many(name: string, job: 'many_retr' | 'many_stor', title: string): Row {
  return {
    name,
    title,
    measures: [SPEED, SERVER_TIME, { name: 'peak memory', unit: 'MiB', better: 'lower', once: true }, BUSY],
    runs: 5,
    async prepare(workspace) {
      const clients = workspace.scaled(CLIENTS);
      return onServers(workspace, {
        fill: (home) => writeFile(join(home, 'file'), EACH),
        async run(started, round): Promise<Figures> {
          emptyFolder(started.home, 'up');
          const file = job === 'many_retr' ? 'file' : 'up/new';
          using memory = round === 0 ? new PeakMemory(started.pid) : undefined;
          const options = { name: file, size: EACH, clients };
          const [speed, serverTime, busy] = await move(started, job, false, clients * EACH, options);
          emptyFolder(started.home, 'up');
          return [speed, serverTime, memory?.mebibytes, busy];
        },
      });
    },
  };
}

export const manyRetr: Row = many(
  'many_retr',
  'many_retr',
  `${CLIENTS} sessions that are there download 10 MiB each at the same time.`,
);

export const manyStor: Row = many(
  'many_stor',
  'many_stor',
  `${CLIENTS} sessions that are there upload 10 MiB each at the same time.`,
);

const FILES = 1000;
const SMALL = 1024;

const FILES_PER_SECOND: Measure = { name: 'files', unit: '/s', better: 'higher' };

export const smallPut: Row = {
  name: 'small_put',
  title: '1,000 files of 1 KiB up in one session, to names that are not there.',
  measures: [FILES_PER_SECOND, BUSY],
  runs: 7,
  async prepare(workspace) {
    const files = workspace.scaled(FILES);
    return onServers(workspace, {
      async run({ server, home }) {
        emptyFolder(home, 'up');
        const options = { name: 'up/', size: SMALL, files };
        const figures = await runClient({ job: 'small_put', port: server.port, options });
        return [files / figureOf(figures, 'seconds'), figureOf(figures, 'busy')];
      },
    });
  },
};

export const smallGet: Row = {
  name: 'small_get',
  title: '1,000 files of 1 KiB down in one session.',
  measures: [FILES_PER_SECOND, BUSY],
  runs: 7,
  async prepare(workspace) {
    const files = workspace.scaled(FILES);
    return onServers(workspace, {
      fill(home) {
        writeFile(join(home, '0'), SMALL);
        for (let number = 1; number < files; number++) copyFileSync(join(home, '0'), join(home, String(number)));
      },
      async run({ server }) {
        const options = { name: '', size: SMALL, files };
        const figures = await runClient({ job: 'small_get', port: server.port, options });
        return [files / figureOf(figures, 'seconds'), figureOf(figures, 'busy')];
      },
    });
  },
};
