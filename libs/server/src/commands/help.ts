// RFC 959 §4.1.3: HELP
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function help(session: Session, argument: string): Outcome {
  const table = session.settings.commands;
  if (argument === '') {
    return { name: 'help', verbs: [...table.keys()].filter((verb) => !verb.includes(' ')).toSorted() };
  }
  const row = table.get(argument.toUpperCase());
  if (row === undefined) return { name: 'argumentInvalid', verb: 'HELP', reason: 'no such command' };
  return {
    name: 'helpForVerb',
    verb: row.verb,
    text: `${row.verb}${row.syntax === '' ? '' : ` ${row.syntax}`}: ${row.help}`,
  };
}

/** SITE HELP: the SITE commands. */
export function siteHelp(session: Session): Outcome {
  const verbs = [...session.settings.commands.keys()].filter((verb) => verb.startsWith('SITE '));
  return { name: 'siteHelp', verbs: verbs.map((verb) => verb.slice('SITE '.length)).toSorted() };
}
