// The verbs of RFC 4217, for handlers that offer TLS.
import type { Session } from '../contract/session.ts';
import type { CommandRow, CommandTable } from '../contract/command.ts';
import { commandTable } from './command-table.ts';
import { commands } from './table.ts';
import { auth } from './auth.ts';
import { ccc } from './ccc.ts';
import { pbsz } from './pbsz.ts';
import { prot } from './prot.ts';

/** What FEAT says where there is TLS. */
function withTls(text: string): (session: Session) => string | undefined {
  return (session) => (session.settings.tlsService() === undefined ? undefined : text);
}

const rows: CommandRow[] = [
  {
    verb: 'AUTH',
    argument: 'required',
    phase: 'always',
    feature: withTls('AUTH TLS'),
    syntax: '<SP> TLS',
    help: 'protect the control connection',
    run: auth,
  },
  {
    verb: 'CCC',
    argument: 'ignored',
    phase: 'always',
    feature: (session) => (session.mayClearControl ? withTls('CCC')(session) : undefined),
    syntax: '',
    help: 'go on in clear on the control connection',
    run: ccc,
  },
  {
    verb: 'PBSZ',
    argument: 'required',
    phase: 'always',
    feature: withTls('PBSZ'),
    syntax: '<SP> 0',
    help: 'set the protection buffer size',
    run: pbsz,
  },
  {
    verb: 'PROT',
    argument: 'required',
    phase: 'always',
    feature: withTls('PROT'),
    syntax: '<SP> C | P',
    help: 'protect data connections, or not',
    run: prot,
  },
];

/** The command table of the library, with the verbs of TLS. */
export const tlsCommands: CommandTable = commandTable([...commands.values(), ...rows]);
