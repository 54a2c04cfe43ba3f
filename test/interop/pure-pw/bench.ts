import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { mapSome, type Observation, type Section } from '../../support/differential.ts';
import { golden } from '../../support/golden.ts';
import type { Outcome, PrivateMachine } from '../../support/private-machine.ts';
import type { Program, Side } from '../../support/programs.ts';

const PROGRAMS: readonly Program[] = ['pure-pw', 'pure-pwconvert'];

/** Salts are random, and the number of passes is found by the clock. */
const NEW_HASH = /\$argon2id\$v=19\$m=(\d+),t=\d+,p=1\$[\w+/]{22}\$[\w+/]{43}/g;

/** A hash that stands in a sample is compared as it is; one that was made anew, by its form. */
function withoutSalts(text: string, sample: string): string {
  return text.replaceAll(NEW_HASH, (hash, memory: string) =>
    sample.includes(hash) ? hash : `<argon2id, ${memory} KiB>`,
  );
}

/** What lies at a path, in full. */
function state(path: string): string {
  const status = lstatSync(path);
  const mode = (status.mode & 0o7777).toString(8);
  if (status.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (status.isDirectory()) return `folder ${mode}: ${readdirSync(path).sort().join(' ')}`;
  return `file ${mode}: ${JSON.stringify(readFileSync(path, 'latin1'))}`;
}

/** A folder in which the programs of one side are called by their names. */
export class Bench implements Disposable {
  readonly #folder: TempFolder = tempFolder();
  readonly #machine: PrivateMachine;
  readonly #bin: string;
  #count = 0;

  constructor(machine: PrivateMachine, side: Side) {
    this.#machine = machine;
    this.#bin = this.#folder.file('bin');
    mkdirSync(this.#bin);
    for (const name of PROGRAMS) symlinkSync(side.program(name), join(this.#bin, name));
  }

  /** A new folder whose file `p` is a copy of the sample. */
  place(sample: string): string {
    this.#count += 1;
    const folder = this.#folder.file(String(this.#count));
    mkdirSync(folder);
    const inPw = sample === 'records';
    cpSync(inPw ? golden('pw', 'records.passwd') : golden('puredb', `${sample}.passwd`), join(folder, 'p'));
    return folder;
  }

  /** Runs a line of shell in a folder. */
  shell(line: string, folder: string): Promise<Outcome> {
    const env = { PATH: `${this.#bin}:/usr/local/bin:/usr/bin:/bin` };
    return this.#machine.run(['sh', '-c', line], { cwd: folder, env });
  }

  /** Runs a line of shell beside a copy of a sample; answers everything that can be seen of it, as text. */
  async observe(sample: string, line: string): Promise<string> {
    const folder = this.place(sample);
    const original = readFileSync(join(folder, 'p'), 'latin1');
    const { status, stdout, stderr } = await this.shell(line, folder);
    const files = readdirSync(folder).sort();
    const all = [
      `status ${status}`,
      `stdout ${JSON.stringify(stdout)}`,
      `stderr ${JSON.stringify(stderr)}`,
      ...files.map((name) => `${name}: ${state(join(folder, name))}`),
    ].join('\n');
    return withoutSalts(all, original);
  }

  /** Runs a script: each line alone, its section names the sample. */
  async run(script: readonly Section[], atOnce: number): Promise<Observation[]> {
    const lines = script.flatMap(({ name, lines }) => lines.map((line) => ({ section: name, line })));
    return mapSome(lines, atOnce, async ({ section, line }) => {
      return { section, line, result: await this.observe(section, line) };
    });
  }

  [Symbol.dispose](): void {
    this.#folder.remove();
  }
}
