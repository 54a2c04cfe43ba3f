import { existsSync } from 'node:fs';

import { writeAll } from '@pure-ftpd/cli';
import { oneLineJson } from '@pure-ftpd/protocol';
import { applySettings, complete, defaults, readConfigFile, StartError } from '@pure-ftpd/options';

import type { Given } from '../given.ts';
import { CHECKS } from '../doctor/checks/index.ts';
import type { Finding, Subject } from '../doctor/finding.ts';
import { CommandError, ExitStatus } from '../exit-status.ts';
import { painted } from '../painted.ts';

const DEFAULT_FILE = '/etc/pure-ftpd/pure-ftpd.conf';

type Told = Finding & { readonly check: string };

/** Finds what is wrong. @returns 1 when something has to be mended. */
export async function doctor({ operands, options }: Given): Promise<number> {
  const subject = subjectOf(operands['file'] ?? DEFAULT_FILE);
  const found: Told[] = [];
  for (const check of CHECKS)
    for (const finding of await check.find(subject)) found.push({ check: check.name, ...finding });
  const shown = options.has('all') ? found : found.filter(({ status }) => status !== 'ok');
  writeAll(
    1,
    Buffer.from(
      options.has('json') ? `${oneLineJson({ file: subject.file, findings: found })}\n` : shown.map(line).join(''),
    ),
  );
  return found.some(({ status }) => status === 'problem') ? ExitStatus.found : ExitStatus.done;
}

function subjectOf(file: string): Subject {
  if (!existsSync(file)) throw new CommandError(`${file} is not there: name a configuration file`);
  const { settings, problems } = readConfigFile(file);
  const configuration = defaults();
  const wrong = [...problems, ...applySettings(configuration, settings)].map(({ message }) => message);
  try {
    complete(configuration);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    wrong.push(`${file}: ${error.message}`);
  }
  return { configuration, settings, file, problems: wrong };
}

const COLOURS = { ok: 'green', warning: 'yellow', problem: 'red' } as const;

function line({ check, status, text, remedy }: Told): string {
  const first = `${painted(COLOURS[status], status.padEnd(7))} ${check}: ${text}\n`;
  return remedy === undefined ? first : `${first}${' '.repeat(8)}${painted('bold', 'remedy')}: ${remedy}\n`;
}
