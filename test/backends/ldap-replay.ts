// Files of -l ldap:FILE that were tried with the C server, tried with ours.
import { writeFileSync } from 'node:fs';

import { type AuthBackend, LoginMethodError, openBackend } from '@pure-ftpd/auth';
import type { TempFolder } from '@pure-ftpd/peers';

import type { ShapeLogin } from './shapes.ts';
import { askLdap, openLdap, type Section } from './ldap-transcript.ts';

type Kind = 'accepted' | 'refused' | 'unknown';

/** What becomes of a file: the start is refused, or each login has a verdict. */
export type Outcome = 'start refused' | readonly Kind[];

/** How a section is tried. */
export interface Replay {
  /** Behind those that say where the directory is; the last of a kind counts. */
  readonly lines?: readonly string[];
  /** The whole file instead. */
  readonly text?: string;
  /** What is meant here, where it is not what was observed; why is in docs/differences.md. */
  readonly meant?: Outcome;
}

/** What the C server did; a login that it lets in and has no home for is let in by the backend. */
function observedOutcome({ text, logins }: Section): readonly (readonly Kind[])[] | 'start refused' {
  if (/^ {2}start: exit 252/m.test(text)) return 'start refused';
  // Where another backend comes next, the transcript says whether it was asked.
  const [, isNextAsked] = /next backend asked: (yes|no)/.exec(text) ?? [];
  return logins.map((login) => kindsOf(login, isNextAsked));
}

function kindsOf({ replies }: ShapeLogin, isNextAsked: string | undefined): readonly Kind[] {
  if (isNextAsked === 'yes') return ['unknown'];
  const isIn = replies[0]?.startsWith('530 Login') === false;
  if (isIn) return ['accepted'];
  return isNextAsked === 'no' ? ['refused'] : ['refused', 'unknown'];
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

/**
 * Tries a section.
 * @returns What ours did, and what it is meant to do: each as far as it is not one of several verdicts that show alike.
 */
export async function replay(
  folder: TempFolder,
  port: number,
  section: Section,
  row: Replay,
): Promise<{ readonly done: Outcome; readonly meant: Outcome }> {
  const observed = row.meant ?? observedOutcome(section);
  const backend = await openOrRefused(folder, port, row);
  if (backend === undefined || observed === 'start refused')
    return { done: backend === undefined ? 'start refused' : [], meant: observed === 'start refused' ? observed : [] };
  const done: Kind[] = [];
  const meant: Kind[] = [];
  for (const [index, { login, password }] of section.logins.entries()) {
    const { kind } = await askLdap(backend, login, password);
    if (kind === 'broken') throw new Error(`${login}: broken`);
    const allowed = [observed[index] ?? []].flat();
    done.push(kind);
    meant.push(allowed.includes(kind) ? kind : (allowed[0] ?? 'unknown'));
  }
  return { done, meant };
}
