// The verbs of RFC 4217, for handlers that offer TLS.
import type { FTPHandler } from '../ftp-handler.ts';
import { type CommandRow, type CommandTable, commandTable } from '../session/command.ts';
import { commands } from './table.ts';

/** What FEAT says where there is TLS. */
function withTls(text: string): (session: FTPHandler) => string | undefined {
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
    run: (session, argument) => session.ftp_AUTH(argument),
  },
  {
    verb: 'CCC',
    argument: 'ignored',
    phase: 'always',
    feature: (session) => (session.mayClearControl ? withTls('CCC')(session) : undefined),
    syntax: '',
    help: 'go on in clear on the control connection',
    run: (session) => session.ftp_CCC(),
  },
  {
    verb: 'PBSZ',
    argument: 'required',
    phase: 'always',
    feature: withTls('PBSZ'),
    syntax: '<SP> 0',
    help: 'set the protection buffer size',
    run: (session, argument) => session.ftp_PBSZ(argument),
  },
  {
    verb: 'PROT',
    argument: 'required',
    phase: 'always',
    feature: withTls('PROT'),
    syntax: '<SP> C | P',
    help: 'protect data connections, or not',
    run: (session, argument) => session.ftp_PROT(argument),
  },
];

/** The command table of the library, with the verbs of TLS. */
export const tlsCommands: CommandTable = commandTable([...commands.values(), ...rows]);
