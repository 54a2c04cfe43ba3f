import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The program as it is called after `npm start` and `npm test`, with the daemon beside it. */
const PROGRAMS = join(import.meta.dirname, '..', '..', 'node_modules', '.bin');
const ENVIRONMENT = { ...process.env, PATH: `${PROGRAMS}:/usr/sbin:/sbin:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs pure-ftpctl. */
export function pureFtpctl(...words: readonly string[]): Ended {
  return shell(`exec pure-ftpctl "$@"`, ...words);
}

/** Runs a line of a shell as an administrator would, with our programs in the PATH. @param words What `$1` and so on are. */
export function shell(line: string, ...words: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line, 'sh', ...words], {
    encoding: 'utf8',
    env: ENVIRONMENT,
  });
  return { status, stdout, stderr };
}

/** What the doctor says of a configuration file. */
export interface Told {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'problem';
  readonly text: string;
  readonly remedy?: string;
}

/** What is told of the machine that tests run on, and is not the configuration's. */
const OF_THE_MACHINE = new Set(['clock', 'descriptors', 'other servers']);

/** What the doctor finds wrong, by `--json`. @param before Words of a shell in front, such as those that enter a network. */
export function complaints(file: string, before = ''): readonly Told[] {
  const { status, stdout, stderr } = shell(`${before} pure-ftpctl doctor --json "$1"`, file);
  const report: { readonly findings: readonly Told[] } | undefined = stdout === '' ? undefined : JSON.parse(stdout);
  if (report === undefined) throw new Error(`the doctor has failed (${status}): ${stderr}`);
  const wrong = report.findings.filter((told) => told.status !== 'ok' && !OF_THE_MACHINE.has(told.check));
  if (status !== (report.findings.some((told) => told.status === 'problem') ? 1 : 0))
    throw new Error(`the status ${status} is not that of the findings`);
  return wrong;
}
