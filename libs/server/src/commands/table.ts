// The verbs of the library: RFC 959, 1123, 2389, 2428, 3659 and draft-somers-ftp-mfxx.
// Everything that must know which verbs there are (FEAT, HELP, SITE HELP, what may run during a transfer) reads it here.
import { aborRow } from './abor.ts';
import { alloRow } from './allo.ts';
import { avblRow } from './avbl.ts';
import { clntRow } from './clnt.ts';
import { cdupRow, cwdRow } from './cwd.ts';
import { deleRow } from './dele.ts';
import { epsvRow } from './epsv.ts';
import { estaRow, estpRow } from './esta.ts';
import { featRow } from './feat.ts';
import { hashRow } from './hash.ts';
import { helpRow, siteHelpRow } from './help.ts';
import { hostRow } from './host.ts';
import { langRow } from './lang.ts';
import { listRow } from './list.ts';
import { mdtmRow } from './mdtm.ts';
import { mffRow } from './mff.ts';
import { mfmtRow } from './mfmt.ts';
import { mkdRow } from './mkd.ts';
import { mlsdRow, mlstRow } from './mlsd.ts';
import { modeRow } from './mode.ts';
import { nlstRow } from './nlst.ts';
import { noopRow } from './noop.ts';
import { optsRow } from './opts.ts';
import { passRow } from './pass.ts';
import { pasvRow } from './pasv.ts';
import { eprtRow, portRow } from './port.ts';
import { pretRow } from './pret.ts';
import { pwdRow } from './pwd.ts';
import { quitRow } from './quit.ts';
import { reinRow } from './rein.ts';
import { restRow } from './rest.ts';
import { retrRow } from './retr.ts';
import { rmdRow } from './rmd.ts';
import { rnfrRow } from './rnfr.ts';
import { rntoRow } from './rnto.ts';
import { siteAliasRow } from './site-alias.ts';
import { siteChmodRow } from './site-chmod.ts';
import { siteIdleRow } from './site-idle.ts';
import { siteTimeRow } from './site-time.ts';
import { siteUtimeRow } from './site-utime.ts';
import { siteRow } from './site.ts';
import { sizeRow } from './size.ts';
import { statRow } from './stat.ts';
import { appeRow, storRow, stouRow } from './stor.ts';
import { struRow } from './stru.ts';
import { systRow } from './syst.ts';
import { typeRow } from './type.ts';
import { userRow } from './user.ts';
import type { CommandRow, CommandTable } from '../contract/command.ts';
import { commandTable } from './command-table.ts';

const rows: readonly CommandRow[] = [
  aborRow,
  alloRow,
  appeRow,
  avblRow,
  cdupRow,
  clntRow,
  cwdRow,
  deleRow,
  eprtRow,
  epsvRow,
  estaRow,
  estpRow,
  featRow,
  hashRow,
  helpRow,
  hostRow,
  langRow,
  listRow,
  mdtmRow,
  mffRow,
  mfmtRow,
  mkdRow,
  mlsdRow,
  mlstRow,
  modeRow,
  nlstRow,
  noopRow,
  optsRow,
  passRow,
  pasvRow,
  portRow,
  pretRow,
  pwdRow,
  quitRow,
  reinRow,
  restRow,
  retrRow,
  rmdRow,
  rnfrRow,
  rntoRow,
  siteRow,
  siteAliasRow,
  siteChmodRow,
  siteHelpRow,
  siteIdleRow,
  siteTimeRow,
  siteUtimeRow,
  sizeRow,
  statRow,
  storRow,
  stouRow,
  struRow,
  systRow,
  typeRow,
  userRow,
];

/** Older spellings of the directory commands (RFC 775). */
const ALIASES: readonly (readonly [alias: string, verb: string])[] = [
  ['XCUP', 'CDUP'],
  ['XCWD', 'CWD'],
  ['XMKD', 'MKD'],
  ['XPWD', 'PWD'],
  ['XRMD', 'RMD'],
];

/** The command table of the library. A handler may bring one of its own, made from this one. */
export const commands: CommandTable = withAliases(rows);

function withAliases(own: readonly CommandRow[]): CommandTable {
  const table = commandTable(own);
  const aliases = ALIASES.flatMap(([alias, verb]) => {
    const row = table.get(verb);
    return row === undefined ? [] : [{ ...row, verb: alias, methods: row.methods ?? [verb] }];
  });
  return commandTable([...own, ...aliases]);
}
