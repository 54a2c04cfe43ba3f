// SITE ALIAS: other names of directories [server-protocol §5.4]
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

/** All of them, or what one stands for. */
export function siteAlias(session: Session, alias: string): Outcome {
  const { aliases } = session;
  if (aliases === undefined) return { name: 'noAliases' };
  if (alias === '') return { name: 'aliases', aliases };
  const directory = aliases.get(alias);
  return directory === undefined ? { name: 'noAliases' } : { name: 'aliasTarget', alias, directory };
}

/** The row of SITE ALIAS in the table of verbs. */
export const siteAliasRow: CommandRow = {
  verb: 'SITE ALIAS',
  argument: 'optional',
  phase: 'loggedIn',
  syntax: '[<SP> alias]',
  help: 'show other names of directories',
  run: siteAlias,
};
