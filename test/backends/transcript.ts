// Files of accounts that were tried with the C server, section by section, and the same with ours.
import { readFileSync } from 'node:fs';

import type { AuthBackend } from '@pure-ftpd/auth';

import { golden } from '../support/golden.ts';
import { askBackend } from './ask-backend.ts';
import { loginsOf, type ShapeLogin } from './shapes.ts';

/** One of the parts of a transcript: a file, with the logins that were tried with it. */
export interface Section {
  readonly name: string;
  readonly text: string;
  readonly logins: readonly ShapeLogin[];
}

type Kind = 'accepted' | 'refused' | 'unknown';

/** What becomes of a file: the start is refused, or each login has a verdict. */
export type Outcome = 'start refused' | readonly Kind[];

/** The parts of a transcript, a file of `docs/spec/golden`. */
export function sectionsOf(...names: readonly string[]): Section[] {
  const parts = readFileSync(golden(...names), 'utf8')
    .split(/^## /m)
    .slice(1);
  return parts.map((text) => ({ name: (text.split('\n', 1)[0] ?? '').trim(), text, logins: loginsOf(text) }));
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

/**
 * Tries a section.
 * @param backend Undefined where ours refuses to start.
 * @param meant What is meant here, where it is not what was observed; why is in docs/differences.md.
 * @returns What ours did, and what it is meant to do: each as far as it is not one of several verdicts that show alike.
 */
export async function replaySection(
  section: Section,
  backend: AuthBackend | undefined,
  meant: Outcome | undefined,
): Promise<{ readonly done: Outcome; readonly meant: Outcome }> {
  const expected = meant ?? observedOutcome(section);
  if (backend === undefined || expected === 'start refused')
    return { done: backend === undefined ? 'start refused' : [], meant: expected === 'start refused' ? expected : [] };
  const kinds: Kind[] = [];
  const allowed: Kind[] = [];
  for (const [index, { login, password }] of section.logins.entries()) {
    const { kind } = await askBackend(backend, login, password);
    if (kind === 'broken') throw new Error(`${login}: broken`);
    const those = [expected[index] ?? []].flat();
    kinds.push(kind);
    allowed.push(those.includes(kind) ? kind : (those[0] ?? 'unknown'));
  }
  return { done: kinds, meant: allowed };
}
