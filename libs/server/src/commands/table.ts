// The verbs of the library: RFC 959, 1123, 2389, 2428, 3659 and draft-somers-ftp-mfxx.
// Everything that must know which verbs there are (FEAT, HELP, SITE HELP, what may run during a transfer) reads it here.
import { FACTS, formatFactsFeature } from '@pure-ftpd/protocol';

import { abor } from './abor.ts';
import { allo } from './allo.ts';
import { avbl } from './avbl.ts';
import { clnt } from './clnt.ts';
import { cwd } from './cwd.ts';
import { dele } from './dele.ts';
import { epsv } from './epsv.ts';
import { esta, estp } from './esta.ts';
import { feat } from './feat.ts';
import { hash, hashFeature } from './hash.ts';
import { help, siteHelp } from './help.ts';
import { host } from './host.ts';
import { list } from './list.ts';
import { mdtm } from './mdtm.ts';
import { mff, mffFeature } from './mff.ts';
import { mfmt } from './mfmt.ts';
import { mkd } from './mkd.ts';
import { mlsd, mlst } from './mlsd.ts';
import { mode } from './mode.ts';
import { nlst } from './nlst.ts';
import { noop } from './noop.ts';
import { opts } from './opts.ts';
import { pass } from './pass.ts';
import { pasv } from './pasv.ts';
import { eprt, port } from './port.ts';
import { pret } from './pret.ts';
import { pwd } from './pwd.ts';
import { quit } from './quit.ts';
import { rein } from './rein.ts';
import { rest } from './rest.ts';
import { retr } from './retr.ts';
import { rmd } from './rmd.ts';
import { rnfr } from './rnfr.ts';
import { rnto } from './rnto.ts';
import { siteAlias } from './site-alias.ts';
import { siteChmod } from './site-chmod.ts';
import { siteIdle } from './site-idle.ts';
import { siteTime } from './site-time.ts';
import { siteUtime } from './site-utime.ts';
import { siteUnknown } from './site.ts';
import { size } from './size.ts';
import { stat } from './stat.ts';
import { appe, stor, stou } from './stor.ts';
import { stru } from './stru.ts';
import { syst } from './syst.ts';
import { type } from './type.ts';
import { user } from './user.ts';
import type { CommandRow, CommandTable } from '../contract/command.ts';
import { commandTable } from './command-table.ts';

const rows: CommandRow[] = [
  {
    verb: 'ABOR',
    argument: 'none',
    phase: 'loggedIn',
    duringTransfer: true,
    syntax: '',
    help: 'abort the transfer',
    run: abor,
  },
  {
    verb: 'ALLO',
    argument: 'required',
    phase: 'loggedIn',
    syntax: '<SP> bytes',
    help: 'announce the size of an upload',
    run: allo,
  },
  {
    verb: 'APPE',
    needs: 'append',
    argument: 'required',
    phase: 'loggedIn',
    transfers: true,
    stores: true,
    permission: 'a',
    path: 'create',
    syntax: '<SP> path',
    help: 'append to a file',
    run: appe,
  },
  {
    verb: 'AVBL',
    needs: 'space',
    argument: 'optional',
    phase: 'loggedIn',
    permission: 'l',
    path: 'follow',
    feature: 'AVBL',
    syntax: '[<SP> path]',
    help: 'show the space that is left',
    run: avbl,
  },
  {
    verb: 'CDUP',
    methods: ['CDUP', 'CWD'],
    argument: 'none',
    phase: 'loggedIn',
    permission: 'e',
    path: 'follow',
    implied: '..',
    syntax: '',
    help: 'go to the parent directory',
    run: cwd,
  },
  {
    verb: 'CLNT',
    argument: 'required',
    phase: 'always',
    feature: 'CLNT',
    syntax: '<SP> name',
    help: 'say what client this is',
    run: clnt,
  },
  {
    verb: 'CWD',
    argument: 'optional',
    phase: 'loggedIn',
    permission: 'e',
    path: 'follow',
    syntax: '[<SP> path]',
    help: 'change directory',
    run: cwd,
  },
  {
    verb: 'DELE',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'd',
    path: 'link',
    syntax: '<SP> path',
    help: 'delete a file',
    run: dele,
  },
  {
    verb: 'EPRT',
    argument: 'required',
    phase: 'loggedIn',
    feature: 'EPRT',
    syntax: '<SP> |protocol|address|port|',
    help: 'connect to the client, IPv4 and IPv6',
    run: eprt,
  },
  {
    verb: 'EPSV',
    argument: 'optional',
    phase: 'loggedIn',
    feature: 'EPSV',
    syntax: '[<SP> protocol | ALL]',
    help: 'listen for the client, IPv4 and IPv6',
    run: epsv,
  },
  {
    verb: 'ESTA',
    argument: 'ignored',
    phase: 'loggedIn',
    feature: 'ESTA',
    syntax: '',
    help: 'connect for the next transfer now',
    run: esta,
  },
  {
    verb: 'ESTP',
    argument: 'ignored',
    phase: 'loggedIn',
    feature: 'ESTP',
    syntax: '',
    help: 'take the connection for the next transfer now',
    run: estp,
  },
  {
    verb: 'FEAT',
    argument: 'none',
    phase: 'always',
    syntax: '',
    help: 'list extensions',
    run: feat,
  },
  {
    verb: 'HASH',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'r',
    path: 'follow',
    feature: hashFeature,
    syntax: '<SP> path',
    help: 'show the digest of a file',
    run: hash,
  },
  {
    verb: 'HELP',
    argument: 'optional',
    phase: 'always',
    syntax: '[<SP> command]',
    help: 'show this',
    run: help,
  },
  {
    verb: 'HOST',
    argument: 'required',
    phase: 'always',
    feature: 'HOST',
    syntax: '<SP> name',
    help: 'choose the virtual host, before USER',
    run: host,
  },
  {
    verb: 'LIST',
    argument: 'optional',
    phase: 'loggedIn',
    transfers: true,
    permission: 'l',
    syntax: '[<SP> options] [<SP> path]',
    help: 'list a directory',
    run: list,
  },
  {
    verb: 'MDTM',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'l',
    path: 'follow',
    feature: 'MDTM',
    syntax: '<SP> path',
    help: 'show when a file was modified',
    run: mdtm,
  },
  {
    verb: 'MFF',
    argument: 'required',
    phase: 'loggedIn',
    feature: mffFeature,
    syntax: '<SP> fact=value; <SP> path',
    help: 'change facts of a file',
    run: mff,
  },
  {
    verb: 'MFMT',
    needs: 'utime',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'T',
    feature: 'MFMT',
    syntax: '<SP> time <SP> path',
    help: 'set when a file was modified',
    run: mfmt,
  },
  {
    verb: 'MKD',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'm',
    path: 'create',
    syntax: '<SP> path',
    help: 'make a directory',
    run: mkd,
  },
  {
    verb: 'MLSD',
    argument: 'optional',
    phase: 'loggedIn',
    transfers: true,
    permission: 'l',
    path: 'follow',
    syntax: '[<SP> path]',
    help: 'list a directory for programs',
    run: mlsd,
  },
  {
    verb: 'MLST',
    argument: 'optional',
    phase: 'loggedIn',
    permission: 'l',
    path: 'link',
    feature: (session) => `MLST ${formatFactsFeature(FACTS, session.facts)}`,
    syntax: '[<SP> path]',
    help: 'show facts of a path',
    run: mlst,
  },
  {
    verb: 'MODE',
    argument: 'required',
    phase: 'loggedIn',
    syntax: '<SP> S',
    help: 'set the transfer mode',
    run: (_session, argument) => mode(argument),
  },
  {
    verb: 'NLST',
    argument: 'optional',
    phase: 'loggedIn',
    transfers: true,
    permission: 'l',
    syntax: '[<SP> path]',
    help: 'list names',
    run: nlst,
  },
  {
    verb: 'NOOP',
    argument: 'none',
    phase: 'always',
    duringTransfer: true,
    syntax: '',
    help: 'do nothing',
    run: noop,
  },
  {
    verb: 'OPTS',
    argument: 'required',
    phase: 'always',
    syntax: '<SP> command [<SP> option]',
    help: 'set an option of a command',
    run: opts,
  },
  {
    verb: 'PASS',
    argument: 'optional',
    phase: 'always',
    syntax: '<SP> password',
    help: 'log in, after USER',
    run: pass,
  },
  {
    verb: 'PASV',
    argument: 'none',
    phase: 'loggedIn',
    feature: 'PASV',
    syntax: '',
    help: 'listen for the client, IPv4',
    run: pasv,
  },
  {
    verb: 'PORT',
    argument: 'required',
    phase: 'loggedIn',
    syntax: '<SP> h1,h2,h3,h4,p1,p2',
    help: 'connect to the client, IPv4',
    run: port,
  },
  {
    verb: 'PRET',
    argument: 'required',
    phase: 'loggedIn',
    feature: 'PRET',
    syntax: '<SP> command',
    help: 'ask whether a transfer would be possible',
    run: pret,
  },
  {
    verb: 'PWD',
    argument: 'none',
    phase: 'loggedIn',
    syntax: '',
    help: 'show the current directory',
    run: pwd,
  },
  {
    verb: 'QUIT',
    argument: 'none',
    phase: 'always',
    syntax: '',
    help: 'log out and disconnect',
    run: quit,
  },
  {
    verb: 'REIN',
    argument: 'none',
    phase: 'loggedIn',
    syntax: '',
    help: 'log out, stay connected',
    run: rein,
  },
  {
    verb: 'REST',
    needs: 'restart',
    argument: 'required',
    phase: 'loggedIn',
    feature: 'REST STREAM',
    syntax: '<SP> position',
    help: 'start the next transfer at a position',
    run: rest,
  },
  {
    verb: 'RETR',
    argument: 'required',
    phase: 'loggedIn',
    transfers: true,
    permission: 'r',
    path: 'follow',
    syntax: '<SP> path',
    help: 'download a file',
    run: retr,
  },
  {
    verb: 'RMD',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'd',
    path: 'link',
    syntax: '<SP> path',
    help: 'remove a directory',
    run: rmd,
  },
  {
    verb: 'RNFR',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'f',
    path: 'link',
    syntax: '<SP> path',
    help: 'rename: the old name',
    run: rnfr,
  },
  {
    verb: 'RNTO',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'f',
    path: 'create',
    syntax: '<SP> path',
    help: 'rename: the new name',
    run: rnto,
  },
  {
    verb: 'SITE',
    argument: 'required',
    phase: 'loggedIn',
    syntax: '<SP> command',
    help: 'commands of this server, see SITE HELP',
    run: (_session, argument) => siteUnknown(argument),
  },
  {
    verb: 'SITE ALIAS',
    argument: 'optional',
    phase: 'loggedIn',
    syntax: '[<SP> alias]',
    help: 'show other names of directories',
    run: siteAlias,
  },
  {
    verb: 'SITE CHMOD',
    needs: 'chmod',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'M',
    syntax: '<SP> mode <SP> path',
    help: 'change the mode of a file',
    run: siteChmod,
  },
  {
    verb: 'SITE HELP',
    argument: 'optional',
    phase: 'always',
    syntax: '[<SP> command]',
    help: 'list SITE commands',
    run: siteHelp,
  },
  {
    verb: 'SITE IDLE',
    argument: 'required',
    phase: 'loggedIn',
    syntax: '<SP> seconds',
    help: 'set the idle time',
    run: siteIdle,
  },
  {
    verb: 'SITE TIME',
    argument: 'ignored',
    phase: 'loggedIn',
    syntax: '',
    help: 'show the time of the server',
    run: siteTime,
  },
  {
    verb: 'SITE UTIME',
    needs: 'utime',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'T',
    syntax: '<SP> time <SP> path',
    help: 'set when a file was modified',
    run: siteUtime,
  },
  {
    verb: 'SIZE',
    argument: 'required',
    phase: 'loggedIn',
    permission: 'l',
    path: 'follow',
    feature: 'SIZE',
    syntax: '<SP> path',
    help: 'show the size of a file',
    run: size,
  },
  {
    verb: 'STAT',
    argument: 'optional',
    phase: 'always',
    duringTransfer: true,
    syntax: '[<SP> path]',
    help: 'show the state of the session, or list a path',
    run: stat,
  },
  {
    verb: 'STOR',
    argument: 'required',
    phase: 'loggedIn',
    transfers: true,
    stores: true,
    permission: 'w',
    path: 'create',
    syntax: '<SP> path',
    help: 'upload a file',
    run: stor,
  },
  {
    verb: 'STOU',
    argument: 'optional',
    phase: 'loggedIn',
    transfers: true,
    stores: true,
    permission: 'w',
    syntax: '[<SP> name]',
    help: 'upload a file under a name of its own',
    run: stou,
  },
  {
    verb: 'STRU',
    argument: 'required',
    phase: 'loggedIn',
    syntax: '<SP> F',
    help: 'set the file structure',
    run: (_session, argument) => stru(argument),
  },
  {
    verb: 'SYST',
    argument: 'none',
    phase: 'always',
    syntax: '',
    help: 'show the kind of system',
    run: syst,
  },
  {
    verb: 'TYPE',
    argument: 'required',
    phase: 'loggedIn',
    syntax: '<SP> A | I',
    help: 'set the representation type',
    run: type,
  },
  {
    verb: 'USER',
    argument: 'required',
    phase: 'always',
    syntax: '<SP> name',
    help: 'log in',
    run: user,
  },
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
