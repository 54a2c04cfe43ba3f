// Directives of ProFTPD: what each becomes here. Those that count together, or speak of users, are read in `read.ts`.
import type { Migration } from '../migration.ts';
import type { Directive } from './directives.ts';

type Take = (words: readonly string[], to: Migration, where: string) => void;

/** A word for yes. */
export function isOn(word = ''): boolean {
  return ['on', 'yes', 'true', '1'].includes(word.toLowerCase());
}

/** A number becomes the value of a key. */
function number(key: string): Take {
  return ([value = ''], to, where) => {
    if (/^\d+$/.test(value)) to.set(key, value);
    else if (value.toLowerCase() !== 'none') to.note(where, `${key}: ${value} is no number`);
  };
}

function minutes(key: string): Take {
  return ([seconds = ''], to) => {
    if (Number(seconds) > 0) to.set(key, String(Math.max(1, Math.round(Number(seconds) / 60))));
  };
}

/** What the directives become, by their names. */
const TAKEN: ReadonlyMap<string, Take> = new Map<string, Take>([
  ['maxclients', number('MaxClientsNumber')],
  ['maxclientsperhost', number('MaxClientsPerIP')],
  ['maxclientsperuser', ([most = ''], to) => void (/^\d+$/.test(most) && to.set('PerUserLimits', `${most}:0`))],
  ['timeoutidle', minutes('MaxIdleTime')],
  ['passiveports', ([first = '', last = ''], to) => to.set('PassivePortRange', `${first} ${last}`)],
  ['masqueradeaddress', ([address = ''], to) => to.set('ForcePassiveIP', address)],
  ['umask', ([files = '', folders = files], to) => to.set('Umask', `${files.slice(-3)}:${folders.slice(-3)}`)],
  ['usereversedns', ([word], to) => void (!isOn(word) && to.set('DontResolve', 'yes'))],
  ['useipv6', ([word], to) => void (!isOn(word) && to.set('IPV4Only', 'yes'))],
  ['createhome', ([word], to) => void (isOn(word) && to.set('CreateHomeDir', 'yes'))],
  ['transferlog', ([path = ''], to) => void (path.toLowerCase() !== 'none' && to.set('AltLog', `xferlog:${path}`))],
  ['systemlog', ([path = ''], to) => void (path.toLowerCase() !== 'none' && to.set('LogFile', path))],
  [
    'syslogfacility',
    ([facility = ''], to) => to.set('SyslogFacility', facility.toLowerCase().replace(/^authpriv$|^auth$/, 'ftp')),
  ],
  ['allowforeignaddress', ([word], to) => void (isOn(word) && to.set('AllowUserFXP', 'yes'))],
  ['displayconnect', ([path = ''], to) => to.set('FortunesFile', path)],
  ['allowoverwrite', ([word], to) => void (!isOn(word) && to.set('AutoRename', 'yes'))],
  ['rootlogin', ([word], to, where) => void (isOn(word) && to.note(where, 'RootLogin: root never logs in'))],
]);

/** Directives that need no word: it is so here, or concerns what ProFTPD is made of. */
const NEEDLESS: ReadonlySet<string> = new Set(
  `servername serverident serveradmin servertype defaultserver deferwelcome multilinerfc2228 showsymlinks timeoutnotransfer timeoutstalled timeoutlogin
  displaychdir displaylogin listoptions denyfilter maxinstances user group port defaultaddress socketbindtight scoreboardfile pidfile delayengine
  controlsengine controlsmaxclients controlslog controlsinterval controlssocket loadmodule modulepath modulecontrolsacls setenv uselastlog identlookups
  tlsengine tlsrequired tlsrsacertificatefile tlsrsacertificatekeyfile tlseccertificatefile
  tlseccertificatekeyfile transferrate allowstorerestart allowretrieverestart hiddenstores deleteabortedstores timesgmt tlslog tlsprotocol tlsoptions tlsverifyclient tlsrenegotiate
  tlsciphersuite tlstimeouthandshake tlsdhparamfile usesendfile usefasync useencoding langengine langdefault logformat extendedlog debuglevel authorder
  requirevalidshell authuserfile authgroupfile defaultroot persistentpasswd authpam authpamconfig authaliasonly anonrequirepassword anonymousgroup
  wtmplog commandbuffersize maxloginattempts transferoptions sessions factsadvertise factsoptions`.split(/\s+/),
);

/** Takes a directive of the server as a whole. */
export function takeDirective({ name, words, where }: Directive, migration: Migration): void {
  const take = TAKEN.get(name);
  if (take !== undefined) take(words, migration, where);
  else if (!NEEDLESS.has(name)) migration.note(where, `${name} ${words.join(' ')}: no equivalent`);
}
