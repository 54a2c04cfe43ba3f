// Options about who may log in, and how far.
import { checkMethod, LoginMethodError, type LoginMethod, METHOD_FORMS, parseLoginMethod } from '@pure-ftpd/auth';

import { StartError } from '../errors.ts';
import { NUMBER, pathBehind, YES, yesFor } from '../key-forms.ts';
import { initially, option } from '../option.ts';
import { groupId, positiveSeconds, userId } from '../values.ts';

const ANONYMOUS = {
  anonymous: initially<'also' | 'only' | 'none'>('also'),
};

const CONFINEMENT = {
  chrootEveryone: false,
  /** Who is in this group is trusted, and everybody else confined. */
  trustedGid: initially<number | undefined>(undefined),
};

function loginMethod(value: string): LoginMethod {
  try {
    const method = parseLoginMethod(value);
    checkMethod(method);
    return method;
  } catch (error) {
    if (error instanceof LoginMethodError) throw new StartError(`-l: ${error.message}`, undefined, { cause: error });
    throw error;
  }
}

export const ACCOUNT_OPTIONS = [
  option({
    short: 'A',
    long: 'chrooteveryone',
    description: 'confine every user to the home directory',
    notes: 'A `/./` in the home confines without it.',
    keys: { ChrootEveryone: YES },
    fields: CONFINEMENT,
    set: { chrootEveryone: true, trustedGid: undefined },
  }),
  option({
    short: 'a',
    long: 'trustedgid',
    argument: 'gid',
    description: 'confine every user to the home directory, but members of this group',
    notes: 'Without it nobody is trusted.',
    keys: { TrustedGID: NUMBER },
    fields: CONFINEMENT,
    set: (value) => ({ trustedGid: groupId(value), chrootEveryone: false }),
  }),
  option({
    short: 'e',
    long: 'anonymousonly',
    description: 'anonymous sessions only',
    notes: 'See [below](#anonymous-users).',
    keys: { AnonymousOnly: YES },
    fields: ANONYMOUS,
    set: { anonymous: 'only' },
  }),
  option({
    short: 'E',
    long: 'noanonymous',
    description: 'no anonymous sessions',
    notes: 'Who they are: see [below](#anonymous-users).',
    keys: { NoAnonymous: YES },
    fields: ANONYMOUS,
    set: { anonymous: 'none' },
  }),
  option({
    short: 'j',
    long: 'createhomedir',
    description: 'make the home of a user who has none, at login',
    keys: { CreateHomeDir: YES },
    fields: { createsHomes: false },
    set: { createsHomes: true },
  }),
  option({
    short: 'l',
    long: 'login',
    argument: 'method[:file]',
    values: METHOD_FORMS.map((form) => form.replace(/:.*/, ':')),
    description: `who may log in: ${METHOD_FORMS.join(', ')}; may be repeated, methods are asked in order`,
    notes: 'Without it `pam`. See [below](#accounts-in-databases-and-directories).',
    keys: {
      PAMAuthentication: yesFor('pam'),
      UnixAuthentication: yesFor('unix'),
      ExtAuth: pathBehind('extauth:'),
      LDAPConfigFile: pathBehind('ldap:'),
      MySQLConfigFile: pathBehind('mysql:'),
      PGSQLConfigFile: pathBehind('pgsql:'),
      PureDB: pathBehind('puredb:'),
    },
    fields: {
      /** In the order in which they are asked. */
      logins: initially<readonly LoginMethod[]>([]),
    },
    set: (value, now) => ({ logins: [...now.logins, loginMethod(value)] }),
  }),
  option({
    short: 'u',
    long: 'minuid',
    argument: 'uid',
    description: 'refuse accounts with a lower user id',
    keys: { MinUID: NUMBER },
    fields: { minUid: 0 },
    set: (value) => ({ minUid: userId(value) }),
  }),
  option({
    long: 'extauth-timeout',
    argument: 'seconds',
    description: 'how long an authentication daemon (-l extauth:SOCKET) may take for an answer (60)',
    fields: { extauthSeconds: 60 },
    set: (value) => ({ extauthSeconds: positiveSeconds(value) }),
  }),
];
