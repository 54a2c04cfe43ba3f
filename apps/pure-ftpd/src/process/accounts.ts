// Who may log in, made from the configuration: the monitor's, or that of the one process there is.
import {
  type Account,
  type AuthBackend,
  AuthChain,
  type BackendServices,
  checkMethod,
  createBackend,
  LoginService,
  methodText,
  OpeningBackend,
  whyUnusable,
} from '@pure-ftpd/auth';
import { type Configuration, StartError } from '@pure-ftpd/options';
import type { LocalCounters } from '@pure-ftpd/server/internal';

import type { EventTeller } from '../events/event.ts';
import type { Log } from '../log/log.ts';
import type { ClusterPlaces } from '../login/cluster-places.ts';
import { Judge } from '../login/judge.ts';
import { unusableLinkRoots } from './link-roots.ts';
import { findAnonymousAccount } from '../login/anonymous-account.ts';
import { ALIASES_FILE, readAliases } from '../features/aliases.ts';

/**
 * The judge of a server.
 * @param accountSessions Sessions by account: the same whatever the configuration is.
 * @param events Hear what became of logins.
 */
export function makeJudge(
  configuration: Configuration,
  log: Log,
  services: Omit<BackendServices, 'extauthMs'>,
  accountSessions: LocalCounters,
  events: EventTeller,
  cluster: ClusterPlaces | undefined,
): Judge {
  return new Judge({
    configuration,
    log,
    events,
    logins: new LoginService(new AuthChain(backends(configuration, services))),
    accountSessions,
    cluster,
    anonymousAccount: anonymousAccount(configuration, log),
  });
}

function backends(
  { logins, extauthSeconds }: Configuration,
  services: Omit<BackendServices, 'extauthMs'>,
): AuthBackend[] {
  return logins.map((method) => createBackend(method, { ...services, extauthMs: extauthSeconds * 1000 }));
}

/** Who anonymous sessions are; where there are none although they are wanted, the log says why. */
function anonymousAccount({ anonymous }: Configuration, log: Log): Account | undefined {
  if (anonymous === 'none') return undefined;
  const found = findAnonymousAccount(process.env['FTP_ANON_DIR']);
  if (typeof found !== 'string') return found;
  const level = anonymous === 'only' ? 'WARNING' : 'NOTICE';
  log.write(level, `anonymous users are refused: ${found}${anonymous === 'also' ? ' (-E: there are none)' : ''}`);
  return undefined;
}

/** Of a server that has no rights: it asks servers of accounts itself. */
export const OWN_BACKENDS: Omit<BackendServices, 'extauthMs'> = {
  pamPool: refusePam,
  accountServer: (method, computesHashes) => new OpeningBackend(method, computesHashes),
};

/** Only root can ask PAM about others. */
export function refusePam(): never {
  throw new StartError('-l pam needs a server that runs as root: give -l puredb:FILE');
}

/** Tells what the administrator should know before the first client finds out. */
export function warnOfSettings(configuration: Configuration, log: Log): void {
  for (const reason of unusableLinkRoots(configuration))
    log.write('WARNING', `--link-roots: ${reason}: no link leads there until it can be entered`);
  for (const warning of configuration.logins.flatMap(checkMethod)) log.write('WARNING', warning);
  for (const reason of unreadableDatabases(configuration)) log.write('WARNING', reason);
}

/** What is to be said of login methods that cannot be asked: a line each, with who can log in meanwhile. */
export function unreadableDatabases({ logins }: Pick<Configuration, 'logins'>): string[] {
  const unreadable = logins.map(whyUnusable);
  // A login is over when a method cannot be asked: those behind it are not reached.
  const asked = logins.slice(
    0,
    unreadable.findIndex((reason) => reason !== undefined),
  );
  const who = asked.length === 0 ? 'no account' : `only accounts of ${asked.map(methodText).join(', ')}`;
  return unreadable.flatMap((reason) =>
    reason === undefined ? [] : `${reason}: ${who} can log in until it can be read`,
  );
}

/** Other names of directories. A list that is damaged is not used, and the log says why. */
export function directoryAliases(log: Log): ReadonlyMap<string, string> | undefined {
  const aliases = readAliases(ALIASES_FILE);
  if (typeof aliases !== 'string') return aliases;
  log.write('ERROR', aliases);
  return undefined;
}
