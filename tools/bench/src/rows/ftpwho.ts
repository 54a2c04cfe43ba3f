import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NamespacedProcess, peer } from '@pure-ftpd/peers';
import { timeProgram } from '../process.ts';
import { ourProgram } from '../programs.ts';
import type { Contender, Row } from '../row.ts';

const SESSIONS = 5000;

/** What is shown of them: the table, and XML. */
const FORMATS = [['-n'], ['-x', '-n']];

/** An entry of a session that downloads, in the layout of Debian's build, of process 1: it lives. */
function entry(index: number): Buffer {
  const bytes = Buffer.alloc(1464);
  bytes.writeUInt32LE(2, 0);
  bytes.writeInt32LE(1, 4);
  for (const [at, port, host] of [
    [8, 50_000, index % 250],
    [136, 21, 10],
  ] as const) {
    bytes.writeUInt16LE(2, at);
    bytes.writeUInt16BE(port, at + 2);
    bytes.set([192, 0, 2, host], at + 4);
  }
  const now = Math.floor(Date.now() / 1000);
  for (const [field, value] of [now - 3600, now - 60, 0, 2 ** 30, 2 ** 29].entries())
    bytes.writeBigInt64LE(BigInt(value), 264 + 8 * field);
  bytes.write(`user${index}`, 304);
  bytes.write(`pub/releases/file-${index}.iso`, 433);
  return bytes;
}

function contender(
  name: string,
  kind: Contender['kind'],
  program: readonly string[],
  place: NamespacedProcess,
): Contender {
  const run = async (): Promise<readonly number[]> => {
    const figures: number[] = [];
    for (const format of FORMATS) {
      const { seconds } = await timeProgram(place.inside(...program, ...format));
      figures.push(seconds * 1000);
    }
    return figures;
  };
  return { name, kind, run };
}

/** Where the scoreboard of a process with a /run of its own is, when it has it. Throws an Error when it ends before. */
async function scoreboardOf(place: NamespacedProcess): Promise<string> {
  let hasEnded = false;
  void place.ended.then(() => void (hasEnded = true));
  while (!place.output.includes('up')) {
    if (hasEnded) throw new Error(`no namespace: ${place.output}`);
    await sleep(5);
  }
  return `/proc/${place.pid}/root/run/pure-ftpd`;
}

export const ftpwho: Row = {
  name: 'ftpwho',
  title: `pure-ftpwho with ${SESSIONS.toLocaleString('en-US')} sessions that download.`,
  measures: [
    { name: 'table', unit: 'ms', better: 'lower' },
    { name: 'XML', unit: 'ms', better: 'lower' },
  ],
  runs: 7,
  warmsUp: false,
  async prepare({ scaled }) {
    const place = new NamespacedProcess(['sh', '-c', 'trap "exit 0" TERM; echo up; sleep infinity & wait']);
    try {
      const directory = await scoreboardOf(place);
      for (let index = 1; index <= scaled(SESSIONS); index += 1) {
        const name = `client-${String(index).padStart(8, '0')}`;
        writeFileSync(join(directory, name), entry(index), { mode: 0o600 });
      }
      const theirs = peer('pure-ftpwho');
      return {
        contenders: [
          contender('ours', 'ours', ourProgram('pure-ftpwho'), place),
          ...('path' in theirs ? [contender('C', 'peer', [theirs.path], place)] : []),
        ],
        notes: 'missing' in theirs ? [theirs.missing] : [],
        [Symbol.asyncDispose]: () => place.stop(),
      };
    } catch (error) {
      await place.stop();
      throw error;
    }
  },
};
