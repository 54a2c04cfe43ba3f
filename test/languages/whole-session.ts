import { chownSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';
import { peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';

import { Daemon, LOGIN, PASSWORD, servedAs } from '../support/daemon.ts';
import { runProgram } from '../support/program.ts';
import { writeServed } from '../support/served-file.ts';

const SCRIPT = join(import.meta.dirname, 'whole-session.py');

/** When the served files were changed last. */
const MODIFIED = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));

/** What there is to upload: bytes by name. */
const UPLOADS = { small: 200_000, large: 2_000_000 };

/** One command of a session. */
export interface Step {
  /** Empty for the greeting. */
  readonly sent: string;
  /** Replies, more than one where a transfer begins and ends; lines are parted by `\n`. */
  readonly heard: readonly string[];
  /** What came over a data connection. */
  readonly data?: string;
}

/** A server that has something to say to everybody: limits, ratios, quotas, TLS. */
export class TalkativeServer implements AsyncDisposable {
  readonly #daemon: Daemon;
  readonly #folder: TempFolder;

  private constructor(daemon: Daemon, folder: TempFolder) {
    this.#daemon = daemon;
    this.#folder = folder;
  }

  /** @param options More for the program. */
  static async start(...options: readonly string[]): Promise<TalkativeServer> {
    const folder = tempFolder();
    const { certificate, key } = makeCertificate({ names: ['127.0.0.1'] });
    writeFileSync(folder.file('server.pem'), certificate + key);
    writeFileSync(folder.file('authority.pem'), certificate);
    for (const [name, size] of Object.entries(UPLOADS)) writeFileSync(folder.file(name), 'x'.repeat(size));
    const tls = ['-Y', '1', '-2', folder.file('server.pem')];
    const limits = ['-c', '50', '-n', '5:1', '-Q', '1:2', '-T', '20000', '-w', '-I', '20'];
    try {
      return new TalkativeServer(await Daemon.start({ args: [...tls, ...limits, ...options] }), folder);
    } catch (error) {
      folder.remove();
      throw error;
    }
  }

  /**
   * A whole session through Python's ftplib. What an earlier one did is undone before.
   * @param language What the client asks for by LANG.
   * @param encoding What the client takes replies for.
   */
  async session(language?: string, encoding: 'ascii' | 'latin-1' | 'utf-8' = 'utf-8'): Promise<readonly Step[]> {
    serveFiles(this.#daemon.home);
    const { host, port } = this.#daemon;
    const place = [host, String(port), LOGIN, PASSWORD, this.#folder.path, this.#folder.file('authority.pem')];
    const spoken = language === undefined ? [encoding] : [encoding, language];
    const { status, stdout, stderr } = await runProgram(peerPath('python3'), [SCRIPT, ...place, ...spoken]);
    const steps: unknown = status === 0 ? JSON.parse(stdout) : undefined;
    if (!Array.isArray(steps) || !steps.every(isStep)) throw new Error(`the session failed: ${stderr}`);
    return steps;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon[Symbol.asyncDispose]();
    this.#folder.remove();
  }
}

/** Puts what a session works on into the home of the user, and nothing else. */
function serveFiles(home: string): void {
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true });
  mkdirSync(join(home, 'folder'));
  chownSync(join(home, 'folder'), servedAs().uid, servedAs().gid);
  for (const name of ['report.txt', 'folder/inside']) {
    writeServed({ home }, name, 'What was asked for.\n');
    utimesSync(join(home, name), MODIFIED, MODIFIED);
  }
  for (const folder of [join(home, 'folder'), home]) utimesSync(folder, MODIFIED, MODIFIED);
}

function isStep(step: unknown): step is Step {
  return typeof step === 'object' && step !== null && 'sent' in step && 'heard' in step && Array.isArray(step.heard);
}

/** The tags of all languages that the program speaks, as FEAT offers them; English first. */
export async function offeredLanguages(): Promise<readonly string[]> {
  await using daemon = await Daemon.start();
  const client = await daemon.connect();
  const { text } = await client.command('FEAT');
  client.close();
  const [, tags = ''] = /^ LANG (.*)$/m.exec(text) ?? [];
  return tags
    .replace('*', '')
    .split(';')
    .flatMap((tag) => Intl.getCanonicalLocales(tag));
}
