// Uploads while everybody who has to do with them is killed (kill -9): each whose client was told 226 is heard of, in order for each file.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { freePort } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { endWithThisProcess, isSoak, type RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { JournalReader } from '@pure-ftpd/uploads/journal';
import { describe, expect, test } from 'vitest';

import { PlaceServer, RIGHTS } from '../support/place-server.ts';
import { ours } from '../support/programs.ts';
import { ScriptRunner } from '../support/script-runner.ts';

/** How long it is killed, in milliseconds. */
const LASTS_MS = soak(2000, 120_000);
const CLIENTS = 3;
const RECEIVER = join(import.meta.dirname, '..', 'support', 'webhook-receiver.ts');

/** An upload, as its client and the journal know it: the size tells one from another of the same file. */
interface Stored {
  readonly path: string;
  readonly size: number;
}

/** A receiver of webhooks that can be killed. */
class Receiver implements AsyncDisposable {
  readonly port: number;
  readonly #file: string;
  #child: ChildProcess | undefined;

  constructor(port: number, file: string) {
    this.port = port;
    this.#file = file;
    writeFileSync(file, '');
  }

  /** What it has taken, `id|path` each. */
  get heard(): string[] {
    return readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
  }

  async start(): Promise<void> {
    this.#child = spawn(process.execPath, [RECEIVER, String(this.port), this.#file], { stdio: 'ignore' });
    endWithThisProcess(this.#child);
    await untilTrue('the receiver listens', () => isOpen(this.port));
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Uploads files of its own again and again, a byte longer each time, until it is told to end; goes on with another session when one breaks. */
async function upload(at: PlaceServer, number: number, stored: Stored[], isOver: () => boolean): Promise<void> {
  let client: RawClient | undefined;
  for (let size = 1; !isOver(); size += 1) {
    const name = `f${number}-${size % 3}`;
    try {
      client ??= await at.login('alice');
      const { code } = await client.transmit(`STOR ${name}`, 'x'.repeat(size));
      if (code === 226) stored.push({ path: `${at.home}/${name}`, size });
    } catch {
      client?.close();
      client = undefined;
      await delay(50);
    }
  }
}

/** Numbers of events by file, each once, in the order in which they were heard of. */
function firstHeard(lines: readonly string[]): Map<string, number[]> {
  const byFile = new Map<string, number[]>();
  for (const line of new Set(lines)) {
    const [, number = '', path = ''] = /-(\d+)\|(.*)$/.exec(line) ?? [];
    byFile.set(path, [...(byFile.get(path) ?? []), Number(number)]);
  }
  return byFile;
}

describe.each(RIGHTS)('our server with %s', (rights) => {
  describeWith(['root'], 'and --upload-journal, with script runner and --webhook', () => {
    test(
      'loses no upload of which a client knows, whoever is killed',
      { timeout: LASTS_MS + soak(300_000, 900_000) },
      async () => {
        const port = await freePort();
        await using at = await PlaceServer.start(rights, (folder) => {
          writeFileSync(folder.file('secret'), 'x'.repeat(32), { mode: 0o600 });
          const hook = ['--webhook', `http://127.0.0.1:${port}/`, '--webhook-secret-file', folder.file('secret')];
          return ['--upload-journal', folder.file('journal'), ...hook];
        });
        const journal = at.folder.file('journal');
        await using receiver = new Receiver(port, at.folder.file('received'));
        await receiver.start();
        const runner = new ScriptRunner(at.place, ours, at.folder, 'runner', ['--journal', journal]);
        await runner.start();
        using audit = new DisposableStack();
        const reader = JournalReader.open(journal, 'audit');
        audit.defer(() => reader.close());
        const written = new Map<string, Stored>();
        const auditing = (async () => {
          for (let event = await reader.next(); event !== undefined; event = await reader.next()) {
            const path = event.path.toString();
            written.set(`${event.id}|${path}`, { path, size: event.size ?? -1 });
            reader.done(event);
          }
        })();
        const stored: Stored[] = [];
        let isOver = false;
        const uploading = Array.from({ length: CLIENTS }, (_, number) => upload(at, number, stored, () => isOver));
        const restart = [
          async () => {
            await at.crash();
            await at.start();
          },
          async () => {
            await receiver.kill();
            await receiver.start();
          },
          async () => {
            await runner.kill();
            await runner.start();
          },
          () => at.kill('WEBHOOKS'),
        ];
        let kills = 0;
        const end = performance.now() + LASTS_MS;
        // Each of them once, and then anybody.
        for (; performance.now() < end || kills < restart.length; kills += 1) {
          const before = stored.length;
          await untilTrue('uploads go on', () => stored.length > before + CLIENTS);
          await delay(Math.random() * 500);
          await restart[kills < restart.length ? kills : Math.floor(Math.random() * restart.length)]?.();
        }
        isOver = true;
        await Promise.all(uploading);
        const scripted = (): string[] => runner.uploads.map((line) => line.replace('alice|', ''));
        await untilTrue('the journal has all of them', () => {
          const found = new Set([...written.values()].map(({ path, size }) => `${path} ${size}`));
          return stored.every(({ path, size }) => found.has(`${path} ${size}`));
        });
        await untilTrue('the script was run for all', () => isSubset(written.keys(), scripted()));
        await untilTrue('the receiver has all', () => isSubset(written.keys(), receiver.heard));
        for (const heard of [scripted(), receiver.heard])
          for (const numbers of firstHeard(heard).values())
            expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
        reader.close();
        await auditing;
        if (isSoak)
          console.info(
            `${rights}: ${kills} kills, ${stored.length} uploads with 226, ${written.size} events; heard ${scripted().length} times by script, ${receiver.heard.length} by receiver`,
          );
      },
    );
  });
});

function isSubset(these: Iterable<string>, those: readonly string[]): boolean {
  return new Set(these).isSubsetOf(new Set(those));
}
