// Who may log in, made from the configuration: the monitor's, or that of the one process there is.
import { type Account, AuthChain, type BackendServices, createBackend, LoginService } from '@pure-ftpd/auth';
import { PureDB, PureDBError } from '@pure-ftpd/puredb';

import type { Log } from '../log/log.ts';
import { AccountSessions } from '../login/account-sessions.ts';
import { Judge } from '../login/judge.ts';
import type { Configuration } from '../options/configuration.ts';
import { unusableLinkRoots } from '../options/virtual-chroot.ts';
import { findAnonymousAccount } from '../session/anonymous.ts';
import { ALIASES_FILE, readAliases } from '../session/directory-aliases.ts';

/**
 * The judge of a server.
 * @param others How many sessions of an account other servers have.
 */
export function makeJudge(
  configuration: Configuration,
  log: Log,
  services: BackendServices,
  others: (login: string) => number,
): Judge {
  return new Judge({
    configuration,
    log,
    logins: new LoginService(new AuthChain(configuration.logins.map((method) => createBackend(method, services)))),
    accountSessions: new AccountSessions(others),
    anonymousAccount: anonymousAccount(configuration, log),
  });
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

/** Tells what the administrator should know before the first client finds out. */
export function warnOfSettings(configuration: Configuration, log: Log): void {
  for (const reason of unusableLinkRoots(configuration))
    log.write('WARNING', `--link-roots: ${reason}: no link leads there until it can be entered`);
  for (const method of configuration.logins) {
    if (method.name !== 'puredb') continue;
    try {
      PureDB.open(method.file).close();
    } catch (error) {
      if (!(error instanceof PureDBError)) throw error;
      log.write('WARNING', `${error.message}: nobody can log in until it can be read`);
    }
  }
}

/** Other names of directories. A list that is damaged is not used, and the log says why. */
export function directoryAliases(log: Log): ReadonlyMap<string, string> | undefined {
  const aliases = readAliases(ALIASES_FILE);
  if (typeof aliases !== 'string') return aliases;
  log.write('ERROR', aliases);
  return undefined;
}
