import { writeFileSync } from 'node:fs';

import { tempFolder, type TempFolder } from '@pure-ftpd/peers';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { ClusterProcess } from './cluster-process.ts';

/** A process that was taken over: it says of each call what it was ordered to. */
const TAKEN_OVER = `
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
const channel = new Socket({ fd: 3 });
let orders;
createInterface({ input: channel }).on('line', (line) => {
  if (orders === undefined) orders = JSON.parse(line);
  else channel.write(orders.url.replaceAll('CALL', JSON.parse(line).call));
});
`;

const CALL = { script: 'renew', keys: [], args: [] } as const;

let folder: TempFolder;
let program: string | undefined;
beforeEach(() => {
  folder = tempFolder();
  writeFileSync(folder.file('taken-over.mjs'), TAKEN_OVER);
  program = process.argv[1];
  process.argv[1] = folder.file('taken-over.mjs');
});
afterEach(() => {
  process.argv[1] = program ?? '';
  folder.remove();
});

async function answerOf(says: string): Promise<{ readonly answer: number | string; readonly log: string[] }> {
  const log: string[] = [];
  const made = new ClusterProcess({ url: says, password: undefined }, { write: (_level, text) => void log.push(text) });
  try {
    const answer = await made.run(CALL).catch((error: unknown) => (error instanceof Error ? error.message : ''));
    return { answer, log };
  } finally {
    await made.close();
  }
}

test.each([
  ['an answer', '{"call":CALL,"answer":7}\n', 7],
  ['a text', '{"call":CALL,"answer":"7"}\n', 'it says nothing'],
  ['a number that is none', '{"call":CALL,"answer":1e300}\n', 'it says nothing'],
  ['a reason', '{"call":CALL,"error":"no"}\n', 'no'],
  ['a reason of two lines', '{"call":CALL,"error":"a\\nb"}\n', 'a?b'],
  ['a long reason', `{"call":CALL,"error":"${'x'.repeat(900)}"}\n`, 'x'.repeat(200)],
])('the process that speaks to the engine says %s', async (_what, says, expected) => {
  expect(await answerOf(says)).toEqual({ answer: expected, log: [] });
});

test.each([
  ['rubbish', 'rubbish\n'],
  ['something that is no answer', '[]\n'],
  ['a line without an end', 'x'.repeat(100_000)],
])('it is ended when it says %s, and started again', async (_what, says) => {
  const { answer, log } = await answerOf(says);
  expect(answer).toBe('its process has ended');
  expect(log).toEqual(['the process that speaks to the cluster has ended (SIGKILL), and is started again']);
});

test('it is ended when it speaks unasked', async () => {
  const log: string[] = [];
  const says = '{"call":CALL,"answer":7}\n'.repeat(3);
  const made = new ClusterProcess({ url: says, password: undefined }, { write: (_level, text) => void log.push(text) });
  try {
    expect(await made.run(CALL)).toBe(7);
    await expect.poll(() => log, { timeout: 10_000 }).toHaveLength(1);
    await expect(made.run(CALL)).rejects.toThrow('its process is not there');
  } finally {
    await made.close();
  }
});
