// Files of -l ldap:FILE that were tried with the C server, tried with ours.
import { writeFileSync } from 'node:fs';

import { type AuthBackend, LoginMethodError, openBackend } from '@pure-ftpd/auth';
import type { TempFolder } from '@pure-ftpd/peers';

import { openLdap } from './ldap-transcript.ts';
import { type Outcome, replaySection, type Section } from './transcript.ts';

/** How a section is tried. */
export interface Replay {
  /** Behind those that say where the directory is; the last of a kind counts. */
  readonly lines?: readonly string[];
  /** The whole file instead. */
  readonly text?: string;
  /** What is meant here, where it is not what was observed; why is in docs/differences.md. */
  readonly meant?: Outcome;
}

async function openOrRefused(
  folder: TempFolder,
  port: number,
  { lines = [], text }: Replay,
): Promise<AuthBackend | undefined> {
  try {
    if (text === undefined) return await openLdap(folder, port, lines);
    const file = folder.file('whole.conf');
    writeFileSync(file, text, { mode: 0o600 });
    return await openBackend({ name: 'ldap', path: file });
  } catch (error) {
    if (error instanceof LoginMethodError) return undefined;
    throw error;
  }
}

/** Tries a section, as {@link replaySection}. */
export async function replay(
  folder: TempFolder,
  port: number,
  section: Section,
  row: Replay,
): Promise<{ readonly done: Outcome; readonly meant: Outcome }> {
  return replaySection(section, await openOrRefused(folder, port, row), row.meant);
}
