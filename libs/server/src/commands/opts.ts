// RFC 2389 §4: OPTIONS (OPTS)
import type { CommandRow } from '../contract/command.ts';
import { formatFactSelection, parseFactSelection, upperCase } from '@pure-ftpd/protocol';

import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { optsHash } from './hash.ts';
import { reason } from '../replies/reasons.ts';

export interface OptsOptions {
  /** Takes options before a login, and facts that are not ended by a semicolon. */
  readonly lenient?: boolean;
}

/** Before a login, only what clients say of their character set is taken. */
export function opts(session: Session, argument: string, { lenient = false }: OptsOptions = {}): Outcome {
  const space = argument.indexOf(' ');
  const command = upperCase(space === -1 ? argument : argument.slice(0, space));
  const value = space === -1 ? '' : argument.slice(space + 1);
  if (command === 'UTF8' || command === 'UTF-8') {
    return optsUtf8(session, upperCase(value)) ?? { name: 'argumentUnsupported', verb: 'OPTS', argument };
  }
  if (!session.authenticated && !lenient) return { name: 'loginRequired' };
  if (command === 'MLST') {
    if (!lenient && value !== '' && (!value.includes(';') || value.includes(' ')))
      return { name: 'argumentInvalid', verb: 'OPTS', reason: reason('factsUnended'), miscounted: value.includes(' ') };
    session.facts = parseFactSelection(value, session.settings.offeredFacts);
    return { name: 'optionsSet', text: `MLST OPTS ${formatFactSelection(session.facts)}`.trimEnd() };
  }
  if (command === 'HASH') return optsHash(session, value);
  return {
    name: 'argumentInvalid',
    verb: 'OPTS',
    reason: reason('noSuchOption', { option: argument.split(' ', 1).join() }),
  };
}

/**
 * UTF-8 instead of the charset of clients, or that again [charsets §3.7]: undefined where that is UTF-8, too. Where names are UTF-8
 * anyway, clients that insist on being told get their answer.
 */
function optsUtf8(session: Session, value: string): Outcome | undefined {
  const { charsets } = session.settings;
  switch (value) {
    case '':
    case 'ON':
      if (charsets?.heedsOptions === true) session.charset = 'utf8';
      return { name: 'optionsSet', text: 'UTF8 is on.' };
    case 'OFF':
      if (charsets === undefined || charsets.clientIsUtf8) return undefined;
      if (charsets.heedsOptions) session.charset = 'client';
      return { name: 'optionsSet', text: 'UTF8 is off.' };
    default:
      return { name: 'argumentInvalid', verb: 'OPTS', reason: reason('noSuchOption') };
  }
}

/** The row of OPTS in the table of verbs. */
export const optsRow: CommandRow = {
  verb: 'OPTS',
  argument: 'required',
  phase: 'always',
  syntax: '<SP> command [<SP> option]',
  help: 'set an option of a command',
  run: opts,
};
