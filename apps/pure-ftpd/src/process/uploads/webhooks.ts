// Webhooks, as the server has them: a process without rights posts what is in the journal, and is started again when it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { Duplex } from 'node:stream';

import { type Configuration, StartError } from '@pure-ftpd/options';
import { tryLockFile } from '@pure-ftpd/posix';
import { freeSlot, JournalError, type JournalFiles, readersOf, slotOf } from '@pure-ftpd/uploads/journal';

import type { Log } from '../../log/log.ts';
import { CrashGuard } from '../crash-guard.ts';
import { programAgain } from '../program-again.ts';
import { RateLimit } from '../rate-limit.ts';
import type { WebhookNews, WebhookOrder, WebhookOrders } from '../../webhooks/orders.ts';
import { eachLine } from './each-line.ts';
import { readSecret } from '../../webhooks/secret-file.ts';

type Settings = Pick<Configuration, 'webhooks' | 'webhookSecretFile'>;

/** Of all that may read the journal: some are left for scripts. */
const MOST_WEBHOOKS = 4;
/** Bytes of a secret that nobody guesses. */
const LEAST_SECRET = 16;
const PREFIX = 'webhook-';

/** How often is looked whether a server that ends still posts, in milliseconds. */
const LOOK_EVERY_MS = 1000;

const LINES_PER_SECOND = 5;
const BURST = 100;
const LINE_LIMIT = 1000;
/** Megabytes of its heap: 256 events for each webhook, and what TLS needs. */
const HEAP = 64;

export class Webhooks {
  readonly #log: Pick<Log, 'write'>;
  readonly #hooks: readonly WebhookOrder[];
  readonly #secret: Buffer;
  readonly #slots: readonly number[];
  /** The files of the journal, to be read only. */
  readonly #segments: readonly number[];
  readonly #limit = new RateLimit(LINES_PER_SECOND, BURST);
  #child: ChildProcess | undefined;
  #channel: Duplex | undefined;
  #ended: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  readonly #crashes = new CrashGuard();
  #crashed: () => void = () => undefined;
  #isClosed = false;

  private constructor(urls: readonly string[], secret: Buffer, files: JournalFiles, log: Pick<Log, 'write'>) {
    this.#log = log;
    this.#secret = secret;
    this.#hooks = urls.map((url) => ({ name: nameOf(url), url }));
    this.#slots = this.#hooks.map(({ name }) => slotOf(files, name));
    this.#segments = files.segments.map((fd) => openSync(`/proc/self/fd/${fd}`, 'r'));
  }

  /**
   * Makes their places in the journal, while that is permitted, and gives up those of webhooks that are not wanted any more.
   * @returns undefined where there are none.
   * @throws StartError, JournalError
   */
  static open(
    { webhooks, webhookSecretFile }: Settings,
    files: JournalFiles,
    log: Pick<Log, 'write'>,
  ): Webhooks | undefined {
    forgetOthers(files, webhooks.map(nameOf), log);
    if (webhooks.length === 0) return undefined;
    if (webhooks.length > MOST_WEBHOOKS) throw new StartError(`--webhook: there may be ${MOST_WEBHOOKS}`);
    if (webhookSecretFile === undefined) throw new StartError('--webhook needs --webhook-secret-file');
    return new Webhooks(webhooks, readSecret('--webhook-secret-file', webhookSecretFile, LEAST_SECRET), files, log);
  }

  /**
   * Begins to post. Of servers that share a journal one does, until it ends.
   * @param crashed Hears that the process has ended.
   */
  start(crashed: () => void): void {
    this.#crashed = crashed;
    this.#start();
  }

  #start(): void {
    if (this.#isClosed) return;
    if (this.#slots.every((fd) => tryLockFile(fd, 'exclusive'))) this.#spawn();
    else this.#again(LOOK_EVERY_MS);
  }

  /** There is something to read. */
  wake(): void {
    if (this.#channel?.writableLength === 0) this.#channel.write('\n');
  }

  /** Ends the process: what is on its way is posted again by the next one. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGKILL');
    await this.#ended;
    for (const fd of this.#segments) closeSync(fd);
  }

  #again(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#start(), milliseconds).unref();
  }

  #spawn(): void {
    const { words, environment } = programAgain('webhooks', ['NODE_EXTRA_CA_CERTS']);
    const startedAt = performance.now();
    const ended = Promise.withResolvers<void>();
    this.#ended = ended.promise;
    const over = (why: string): void => {
      this.#child = undefined;
      this.#channel = undefined;
      ended.resolve();
      if (this.#isClosed) return;
      this.#tell('WARNING', `the process that posts uploads has ended (${why}), and is started again`);
      this.#crashed();
      this.#crashes.crashed(PREFIX, performance.now() - startedAt);
      this.#again(this.#crashes.wait(PREFIX));
    };
    let child: ChildProcess;
    try {
      child = spawn(process.execPath, words, {
        argv0: 'pure-ftpd',
        cwd: '/',
        env: { ...environment, NODE_OPTIONS: `--max-old-space-size=${HEAP} --max-semi-space-size=1` },
        stdio: ['ignore', 'ignore', 'inherit', 'pipe', ...this.#segments, ...this.#slots],
      });
    } catch (error) {
      over(String(error));
      return;
    }
    this.#child = child;
    child.once('error', (error) => over(error.message));
    child.once('exit', (status, signal) => over(signal ?? `status ${status}`));
    const channel = child.stdio[3];
    if (!(channel instanceof Duplex)) return;
    this.#channel = channel;
    channel.write(
      `${JSON.stringify({ hooks: this.#hooks, secret: this.#secret.toString('base64') } satisfies WebhookOrders)}\n`,
    );
    // It may have been taken over: what it says is text, and not much of it.
    eachLine(channel, LINE_LIMIT, (line) => this.#hear(line));
  }

  #hear(line: string): void {
    const news = newsIn(line);
    if (news !== undefined) this.#tell(news.level, news.text);
  }

  #tell(level: WebhookNews['level'], text: string): void {
    if (this.#limit.take()) this.#log.write(level, text);
  }
}

/** What it is called in the journal: an address may have a secret in it, and is longer than a name. */
function nameOf(url: string): string {
  return `${PREFIX}${createHash('sha256').update(url).digest('hex').slice(0, 16)}`;
}

function forgetOthers(files: JournalFiles, names: readonly string[], log: Pick<Log, 'write'>): void {
  for (const name of readersOf(files)) {
    if (!name.startsWith(PREFIX) || names.includes(name)) continue;
    try {
      freeSlot(files, name);
      log.write('NOTICE', 'nothing is kept in the journal of uploads for a webhook that is not there any more');
    } catch (error) {
      // A server that ends still posts there.
      if (!(error instanceof JournalError)) throw error;
    }
  }
}

function newsIn(line: string): WebhookNews | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('level' in value) || !('text' in value)) return undefined;
    const level = (['INFO', 'NOTICE', 'WARNING'] as const).find((known) => known === value.level);
    return level === undefined || typeof value.text !== 'string' ? undefined : { level, text: value.text };
  } catch {
    return undefined;
  }
}
