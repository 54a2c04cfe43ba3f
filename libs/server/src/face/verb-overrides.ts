// Which methods `ftp_VERB` of a subclass stand for the verb's own function.
import type { CommandResult, CommandRow, CommandTable } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import { commandTable } from '../commands/command-table.ts';
import { FtpMethods } from './ftp-methods.ts';

type VerbMethod = (this: Session, argument: string) => CommandResult | Promise<CommandResult>;

/** A class of sessions. */
interface SessionClass {
  readonly prototype: object;
  readonly commands: CommandTable;
}

/** The tables of classes, with what each was made of. */
const tables = new WeakMap<SessionClass, { readonly of: CommandTable; readonly table: CommandTable }>();

/** The command table of a class, in which its own methods do what they override. Made once for each class. */
export function commandsOf(settings: SessionClass): CommandTable {
  const known = tables.get(settings);
  if (known?.of === settings.commands) return known.table;
  const table = commandTable(Array.from(settings.commands.values(), (row) => overridden(settings.prototype, row)));
  tables.set(settings, { of: settings.commands, table });
  return table;
}

function overridden(prototype: object, row: CommandRow): CommandRow {
  for (const verb of row.methods ?? [row.verb]) {
    const name = `ftp_${verb.replace(' ', '_')}`;
    const method: unknown = Reflect.get(prototype, name);
    if (isMethod(method) && method !== Reflect.get(FtpMethods.prototype, name)) {
      return { ...row, run: (session, argument) => method.call(session, argument) };
    }
  }
  return row;
}

function isMethod(value: unknown): value is VerbMethod {
  return typeof value === 'function';
}
