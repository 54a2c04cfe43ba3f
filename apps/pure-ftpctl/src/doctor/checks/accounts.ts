import { existsSync, statSync } from 'node:fs';

import { hasAccountServer, type LoginMethod, methodText, whyUnusable } from '@pure-ftpd/auth';
import { PureDBError } from '@pure-ftpd/puredb';

import { askedServers } from '../account-servers.ts';
import { type Check, type Finding, problem, warning, well } from '../finding.ts';
import { usersOf } from '../users.ts';

/** Whether somebody can log in. */
export const accounts: Check = {
  name: 'accounts',
  find({ configuration, file }) {
    const { logins } = configuration;
    const own = logins.filter((method) => !hasAccountServer(method)).flatMap(findingsOf);
    return logins.some(hasAccountServer) ? [...own, ...askedServers(file)] : own;
  },
};

function findingsOf(method: LoginMethod): Finding[] {
  const why = whyUnusable(method);
  if (why !== undefined)
    return [
      problem(`${methodText(method)}: ${why}`, 'make the file, or name another one: pure-pw mkdb makes a PureDB'),
    ];
  return method.name === 'puredb' ? database(method.path) : [well(methodText(method))];
}

function database(path: string): Finding[] {
  try {
    const users = usersOf(path);
    if (users.length === 0)
      return [problem(`${path} has no user`, `add one: pure-pw useradd LOGIN -u USER -d HOME -F ${path} -m`)];
    return [...outdated(path), well(`${path}: ${users.length} users`), ...refusedUsers(path)];
  } catch (error) {
    if (!(error instanceof PureDBError)) throw error;
    return [problem(error.message, `make it anew: pure-pw mkdb ${path}`)];
  }
}

/** A text file that was edited by hand, and no database made of it. */
function outdated(path: string): Finding[] {
  const text = path.replace(/\.pdb$/, '.passwd');
  if (text === path || !existsSync(text) || statSync(text).mtimeMs <= statSync(path).mtimeMs) return [];
  return [warning(`${text} was changed after ${path} was made`, `pure-pw mkdb ${path} -f ${text}`)];
}

function refusedUsers(path: string): Finding[] {
  return usersOf(path).flatMap((user) =>
    user.kind === 'refused'
      ? [problem(`${path}: ${user.message}`, 'pure-pw usermod LOGIN mends it, -m makes the database')]
      : [],
  );
}
