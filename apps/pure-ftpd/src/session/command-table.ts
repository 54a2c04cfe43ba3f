// The verbs of Pure-FTPd, made from those of the library [server-protocol §3, §4].
import { simplifyUploadName } from '@pure-ftpd/protocol';
import { type CommandRow, type CommandTable, commandTable, tlsCommands } from '@pure-ftpd/server';
import { eprt, opts } from '@pure-ftpd/server/internal';

type Change = Partial<Pick<CommandRow, 'argument' | 'phase' | 'permission' | 'prepare' | 'run'>>;

/** Taken by the C server with whatever stands behind it. */
const ANY_ARGUMENT: Change = { argument: 'ignored' };

/** Taken by the C server before a login. */
const ALWAYS: Change = { phase: 'always' };

/** Rows that differ from the library's in what becomes of their argument. */
const CHANGES = new Map<string, Change>([
  ['ABOR', ANY_ARGUMENT],
  ['AUTH', { argument: 'optional' }],
  ['APPE', { prepare: simplifyUploadName }],
  // Without an argument they take the endpoint of before away.
  ['EPRT', { argument: 'optional', run: (session, argument) => eprt(session, argument, { lenient: true }) }],
  ['FEAT', ANY_ARGUMENT],
  ['HELP', ANY_ARGUMENT],
  ['MKD', { prepare: simplifyUploadName }],
  ['MODE', ALWAYS],
  ['NOOP', ANY_ARGUMENT],
  ['OPTS', { run: (session, argument) => opts(session, argument, { lenient: true }) }],
  ['PASV', ANY_ARGUMENT],
  ['PBSZ', ANY_ARGUMENT],
  ['PORT', { argument: 'optional' }],
  ['PROT', { argument: 'optional' }],
  ['PWD', ANY_ARGUMENT],
  ['QUIT', ANY_ARGUMENT],
  ['REIN', { ...ANY_ARGUMENT, ...ALWAYS }],
  ['REST', { argument: 'optional' }],
  ['RNTO', { prepare: simplifyUploadName }],
  ['SITE HELP', { ...ANY_ARGUMENT, phase: 'loggedIn' }],
  ['STAT', { phase: 'loggedIn', permission: 'l' }],
  ['STOR', { prepare: simplifyUploadName }],
  ['STOU', ANY_ARGUMENT],
  ['STRU', ALWAYS],
  ['SYST', ANY_ARGUMENT],
  ['TYPE', ALWAYS],
  ['XMKD', { prepare: simplifyUploadName }],
  ['XPWD', ANY_ARGUMENT],
]);

/** A browser, or a proxy that is made to talk to us: the connection ends [server-protocol §4]. */
export const HTTP_VERBS: readonly string[] = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'];

function changed(row: CommandRow): CommandRow {
  if (row.verb === 'CWD' || row.verb === 'XCWD' || row.verb === 'CDUP' || row.verb === 'XCUP') return directoryRow(row);
  if (row.verb === 'MLST') return namedRow(row);
  const change = CHANGES.get(row.verb);
  return change === undefined ? row : { ...row, ...change };
}

/** CWD looks at its argument itself: `~`, and the delays after failures. */
function directoryRow({ path: _path, permission: _permission, ...row }: CommandRow): CommandRow {
  return row.argument === 'none' ? { ...row, ...ANY_ARGUMENT } : row;
}

/** The reply has the name as the client wrote it. */
function namedRow({ path: _path, ...row }: CommandRow): CommandRow {
  return row;
}

/** A row that always answers the same. */
function fixedRow(
  verb: string,
  help: string,
  run: CommandRow['run'],
  phase: CommandRow['phase'] = 'always',
): CommandRow {
  return { verb, argument: 'ignored', phase, syntax: '', help, run };
}

function additions(): CommandRow[] {
  const rows = [
    fixedRow('ACCT', 'not needed', () => ({ name: 'commandSuperfluous', verb: 'ACCT' })),
    // TLS has no use for it.
    fixedRow('ADAT', 'not available', () => ({ name: 'commandNotUnderstood', verb: 'ADAT' })),
    ...HTTP_VERBS.map((verb) =>
      fixedRow(verb, 'not FTP', (session) => {
        session.respond({ name: 'commandNotUnderstood', verb });
        session.closeWhenDone();
        return undefined;
      }),
    ),
  ];
  for (const [alias, verb] of [
    ['CHMOD', 'SITE CHMOD'],
    ['P@SW', 'PASV'],
  ] as const) {
    const row = tlsCommands.get(verb);
    if (row !== undefined) rows.push({ ...changed(row), verb: alias });
  }
  return rows;
}

/** The command table of the daemon. */
export const pureFtpdCommands: CommandTable = commandTable([
  ...Array.from(tlsCommands.values(), changed),
  ...additions(),
]);
