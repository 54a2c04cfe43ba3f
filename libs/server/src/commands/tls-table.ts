// The verbs of RFC 4217, for handlers that offer TLS.
import { authRow } from './auth.ts';
import { cccRow } from './ccc.ts';
import { pbszRow } from './pbsz.ts';
import { protRow } from './prot.ts';
import type { CommandRow, CommandTable } from '../contract/command.ts';
import { commandTable } from './command-table.ts';
import { commands } from './table.ts';

const rows: readonly CommandRow[] = [authRow, cccRow, pbszRow, protRow];

/** The command table of the library, with the verbs of TLS. */
export const tlsCommands: CommandTable = commandTable([...commands.values(), ...rows]);
