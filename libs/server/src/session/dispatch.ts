// From a line to what is done: the row of the command table, the policies, the verb's own method.
import { type ParsedLine, upperCase } from '@pure-ftpd/protocol';

import type { Session } from '../contract/session.ts';
import type { CommandResult, CommandRow, CommandTable, ParsedCommand } from '../contract/command.ts';
import { isAble } from './ability.ts';
import { admitPath } from './policy.ts';

type CommandLine = Extract<ParsedLine, { readonly kind: 'command' }>;

/** A command, and its row; without one the verb is unknown. */
export interface FoundCommand {
  readonly row: CommandRow | undefined;
  readonly command: ParsedCommand;
}

/** Looks a command up. Those of SITE are in the table under both of their words. */
export function lookUp(table: CommandTable, line: CommandLine): FoundCommand {
  if (line.verb !== 'SITE') return prepared(table.get(line.verb), line);
  const space = line.argument.indexOf(' ');
  const word = space === -1 ? line.argument : line.argument.slice(0, space);
  const command: ParsedCommand = {
    verb: `SITE ${upperCase(word)}`,
    argument: space === -1 ? '' : line.argument.slice(space + 1),
  };
  const row = table.get(command.verb);
  return row === undefined ? { row: table.get('SITE'), command: line } : prepared(row, command);
}

/**
 * Does what a command asks for, unless one of the policies refuses it.
 * @param from The first policy that has not been asked.
 */
export function perform(
  session: Session,
  row: CommandRow,
  command: ParsedCommand,
  from = 0,
): CommandResult | Promise<CommandResult> {
  const policies = row.policies ?? session.settings.policies;
  for (let at = from; at < policies.length; at += 1) {
    const refusal = policies[at]?.(session, row, command);
    if (refusal instanceof Promise) return refusal.then((refused) => refused ?? perform(session, row, command, at + 1));
    if (refusal !== undefined) return refusal;
  }
  if (row.needs !== undefined && !isAble(session, row.needs)) return { name: 'commandUnsupported', verb: row.verb };
  if (row.path !== undefined) return performOnPath(session, row, command);
  return row.run(session, row.argument === 'ignored' ? (row.implied ?? '') : command.argument);
}

async function performOnPath(session: Session, row: CommandRow, command: ParsedCommand): Promise<CommandResult> {
  const admitted = await admitPath(session, row, row.implied ?? command.argument);
  return 'name' in admitted ? admitted : row.run(session, admitted.path);
}

/** A command as the commands of its row want its argument. */
function prepared(row: CommandRow | undefined, command: ParsedCommand): FoundCommand {
  if (row?.prepare === undefined) return { row, command };
  return { row, command: { verb: command.verb, argument: row.prepare(command.argument) } };
}
