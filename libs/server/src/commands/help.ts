// RFC 959 §4.1.3: HELP
import { upperCase } from '@pure-ftpd/protocol';

import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

export function help(session: Session, argument: string): Outcome {
  const table = session.settings.commands;
  if (argument === '') {
    return { name: 'help', verbs: [...table.keys()].filter((verb) => !verb.includes(' ')).toSorted() };
  }
  const row = table.get(upperCase(argument));
  if (row === undefined) return { name: 'argumentInvalid', verb: 'HELP', reason: reason('noSuchCommand') };
  return helpOf(row);
}

function helpOf({ verb, syntax, help }: CommandRow): Outcome {
  return { name: 'helpForVerb', verb, syntax, help };
}

/** SITE HELP: the SITE commands, or one of them. */
export function siteHelp(session: Session, argument = ''): Outcome {
  const table = session.settings.commands;
  if (argument !== '') {
    const row = table.get(`SITE ${upperCase(argument)}`);
    if (row === undefined) return { name: 'argumentInvalid', verb: 'SITE HELP', reason: reason('noSuchCommand') };
    return helpOf(row);
  }
  const verbs = [...table.keys()].filter((verb) => verb.startsWith('SITE '));
  return { name: 'siteHelp', verbs: verbs.map((verb) => verb.slice('SITE '.length)).toSorted() };
}

/** The row of HELP in the table of verbs. */
export const helpRow: CommandRow = {
  verb: 'HELP',
  argument: 'optional',
  phase: 'always',
  syntax: '[<SP> command]',
  help: 'show this',
  run: help,
};

/** The row of SITE HELP in the table of verbs. */
export const siteHelpRow: CommandRow = {
  verb: 'SITE HELP',
  argument: 'optional',
  phase: 'always',
  syntax: '[<SP> command]',
  help: 'list SITE commands',
  run: siteHelp,
};
