// The verbs of Pure-FTPd, where they differ from those of the library and no other feature says how [server-protocol §3, §4].
import { parseLooseTimestamp, simplifyUploadName } from '@pure-ftpd/protocol';
import { type CommandResult, type CommandRow, tlsCommands } from '@pure-ftpd/server';
import {
  admitPath,
  dataPort,
  eprt,
  list,
  mfmt,
  mlsd,
  mlst,
  nlst,
  opts,
  size,
  statPath,
} from '@pure-ftpd/server/internal';

import type { Feature, RowChange, Run } from '../contract/feature.ts';
import { HTTP_VERBS } from '../contract/http-verbs.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { featureList } from './feature-list.ts';
import { protectionLevel } from './protection.ts';
import { transferType } from './transfer-type.ts';

/** Taken by the C server with whatever stands behind it. */
const ANY_ARGUMENT: RowChange = { argument: 'ignored' };

/** Taken by the C server before a login. */
const ALWAYS: RowChange = { phase: 'always' };

/** A row that always answers the same. */
function fixedRow(verb: string, help: string, run: Run): CommandRow {
  return { verb, argument: 'ignored', phase: 'always', syntax: '', help, run };
}

/** A browser, or a proxy that is made to talk to us. */
function httpRow(verb: string): CommandRow {
  return fixedRow(verb, 'not FTP', (session) => {
    session.respond({ name: 'commandNotUnderstood', verb });
    session.closeWhenDone();
    return undefined;
  });
}

/** Names what the client named. */
async function factsOf(session: PureFtpdSession, argument: string): Promise<CommandResult> {
  const shown = argument === '' ? '.' : argument;
  const admitted = await admitPath(session, { verb: 'MLST', path: 'link', permission: 'l' }, shown);
  if ('name' in admitted) return admitted;
  const special = shown === '.' ? 'cdir' : shown === '..' || shown === '/' ? 'pdir' : undefined;
  return mlst(session, admitted.path, special === undefined ? { shown } : { shown, special });
}

/** Whatever family is asked for, the client gets the one of its control connection. */
function knownFamily({ settings }: PureFtpdSession, argument: string): string {
  const isKnown = argument.toUpperCase() === 'ALL' || (argument === '2' && settings.daemon.configuration.ipv4Only);
  return isKnown ? argument : '';
}

const siteHelp = tlsCommands.get('SITE HELP');

export const verbs = {
  name: 'verbs',
  rows: {
    ABOR: ANY_ARGUMENT,
    APPE: { prepare: simplifyUploadName },
    // Without an argument they take the endpoint of before away.
    EPRT: { argument: 'optional', run: (session, argument) => eprt(session, argument, { lenient: true }) },
    FEAT: { ...ANY_ARGUMENT, run: featureList },
    HELP: { ...ANY_ARGUMENT, ...(siteHelp === undefined ? {} : { run: (session) => siteHelp.run(session, '') }) },
    LIST: { run: (session, argument) => list(session, argument, { missingIsEmpty: true }) },
    MFMT: { run: (session, argument) => mfmt(session, argument, parseLooseTimestamp) },
    MKD: { prepare: simplifyUploadName },
    MLSD: { run: (session, path) => mlsd(session, path, { dots: true }) },
    MLST: { takesText: true, run: factsOf },
    MODE: ALWAYS,
    NLST: { run: (session, argument) => nlst(session, argument, { dots: true, directoriesOnly: true }) },
    NOOP: ANY_ARGUMENT,
    OPTS: { run: (session, argument) => opts(session, argument, { lenient: true }) },
    PASV: ANY_ARGUMENT,
    PBSZ: ANY_ARGUMENT,
    PORT: { argument: 'optional', run: (session, argument) => dataPort(session, argument, { lenient: true }) },
    PROT: { argument: 'optional', run: protectionLevel },
    PWD: ANY_ARGUMENT,
    QUIT: ANY_ARGUMENT,
    RNTO: { prepare: simplifyUploadName },
    'SITE HELP': { ...ANY_ARGUMENT, phase: 'loggedIn' },
    SIZE: { run: (session, path) => size(session, path, true) },
    STAT: { phase: 'loggedIn', permission: 'l' },
    STOR: { prepare: simplifyUploadName },
    STOU: ANY_ARGUMENT,
    STRU: ALWAYS,
    SYST: ANY_ARGUMENT,
    TYPE: { ...ALWAYS, run: transferType },
  },
  newRows: [
    fixedRow('ACCT', 'not needed', () => ({ name: 'commandSuperfluous', verb: 'ACCT' })),
    // TLS has no use for it.
    fixedRow('ADAT', 'not available', () => ({ name: 'commandNotUnderstood', verb: 'ADAT' })),
    ...HTTP_VERBS.map(httpRow),
  ],
  spellings: { CHMOD: 'SITE CHMOD', 'P@SW': 'PASV' },
  around: {
    EPSV: (run) => (session: PureFtpdSession, argument) => run(session, knownFamily(session, argument)),
    STAT: (run) => (session, argument) =>
      argument === '' ? run(session, argument) : statPath(session, argument, { missingIsEmpty: true }),
  },
} satisfies Feature;
