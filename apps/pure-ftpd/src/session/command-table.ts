// The verbs of Pure-FTPd, made from those of the library [server-protocol §3, §4].
import { simplifyUploadName } from '@pure-ftpd/protocol';
import { type CommandRow, type CommandTable, commandTable, tlsCommands } from '@pure-ftpd/server';

type Change = Partial<Pick<CommandRow, 'argument' | 'prepare' | 'run'>>;

/** Rows that differ from the library's in what becomes of their argument. */
const CHANGES = new Map<string, Change>([
  ['ALLO', { argument: 'required' }],
  ['AUTH', { argument: 'optional' }],
  ['APPE', { prepare: simplifyUploadName }],
  ['HELP', { argument: 'ignored' }],
  ['MKD', { prepare: simplifyUploadName }],
  ['PBSZ', { argument: 'ignored' }],
  ['PROT', { argument: 'optional' }],
  ['REST', { argument: 'optional' }],
  ['RNTO', { prepare: simplifyUploadName }],
  ['STOR', { prepare: simplifyUploadName }],
  ['STOU', { argument: 'ignored' }],
  ['XMKD', { prepare: simplifyUploadName }],
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
  return row;
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
    if (row !== undefined) rows.push({ ...row, verb: alias });
  }
  return rows;
}

/** The command table of the daemon. */
export const pureFtpdCommands: CommandTable = commandTable([
  ...Array.from(tlsCommands.values(), changed),
  ...additions(),
]);
