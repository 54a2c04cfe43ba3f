// SITE ALIAS: other names of directories [server-protocol §5.4]
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
