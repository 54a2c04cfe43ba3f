// The table of subcommands: the command line, its help, the manual and the completions are made of it.
import type { OptionSpec } from '@pure-ftpd/cli';
import { CONTROL_SOCKET } from '@pure-ftpd/control';

import type { Given } from './given.ts';
import { SETTINGS } from './users/settings.ts';

/** A subcommand. It is loaded when it is the one: start-up time is felt. */
export interface Subcommand {
  /** One word, or two: `config explain`. */
  readonly name: string;
  /** Names of words that follow, in the form of yargs: `[file]`. */
  readonly operands: readonly string[];
  readonly description: string;
  readonly options: readonly (OptionSpec & { readonly long: string })[];
  /** @returns the exit status */
  readonly run: (given: Given) => Promise<number>;
}

const JSON_OPTION = { long: 'json', description: 'JSON for programs' };

/** Which sessions are meant. */
const SESSION_OPTIONS: Subcommand['options'] = [
  {
    long: 'from',
    argument: 'file',
    values: 'file',
    description:
      'the sessions of this report, which pure-ftpwho -x has printed on another host (-: standard input); may be repeated',
  },
  { long: 'scoreboard', description: 'the sessions on the scoreboard of this machine, also beside reports' },
  { long: 'numeric', short: 'n', description: 'show addresses, not names of hosts' },
];

/** Where the users are. */
const PLACE_OPTIONS: Subcommand['options'] = [
  {
    long: 'file',
    argument: 'file',
    values: 'file',
    description: 'text file (/etc/pure-ftpd/pureftpd.passwd, or what PURE_PASSWDFILE says)',
  },
];

/** And what is made of them. */
const CHANGE_OPTIONS: Subcommand['options'] = [
  ...PLACE_OPTIONS,
  {
    long: 'database',
    argument: 'file',
    values: 'file',
    description: 'database that is made of it (/etc/pure-ftpd/pureftpd.pdb, or what PURE_DBFILE says; beside --file)',
  },
];

/** Where the users are who are taken over, and whom their files belong to. */
const OWNER_OPTION = {
  long: 'owner',
  argument: 'user',
  values: 'user' as const,
  description: 'system user whom the files belong to of users without a number of their own',
};
const SHADOW_OPTION = {
  long: 'shadow',
  argument: 'file',
  values: 'file' as const,
  description: 'file with the hashes of the passwords',
};

const userEdits = () => import('./commands/user-edit.ts');
const migrations = () => import('./commands/migrate.ts');

/** Which server is meant. */
const CONTROL_OPTION: Subcommand['options'][number] = {
  long: 'control',
  argument: 'path',
  values: 'file',
  description: `the control socket of the server (${CONTROL_SOCKET})`,
};

const USER_OPTION = { long: 'user', description: 'it is the name of a user, whatever it looks like' };

/** Every subcommand there is. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'doctor',
    operands: ['[file]'],
    description: 'find what is wrong with a configuration and the machine, and how to mend it',
    options: [{ long: 'all', description: 'say also what is well' }, JSON_OPTION],
    run: async (given) => (await import('./commands/doctor.ts')).doctor(given),
  },
  {
    name: 'config explain',
    operands: ['[source]'],
    description: 'say what a configuration means, and where each setting comes from',
    options: [JSON_OPTION],
    run: async (given) => (await import('./commands/config-explain.ts')).configExplain(given),
  },
  {
    name: 'config diff',
    operands: ['<source>', '[other]'],
    description: 'compare a configuration with what is without one, or with another',
    options: [JSON_OPTION],
    run: async (given) => (await import('./commands/config-diff.ts')).configDiff(given),
  },
  {
    name: 'sessions',
    operands: [],
    description: 'show who is connected and what is transferred, here or on other hosts',
    options: [...SESSION_OPTIONS, { long: 'page', description: 'a page of HTML' }, JSON_OPTION, CONTROL_OPTION],
    run: async (given) => (await import('./commands/sessions.ts')).sessions(given),
  },
  {
    name: 'top',
    operands: [],
    description: 'show the table of sessions again and again, until q is pressed',
    options: [...SESSION_OPTIONS, CONTROL_OPTION],
    run: async (given) => (await import('./commands/top.ts')).top(given),
  },
  {
    name: 'user list',
    operands: [],
    description: 'list the virtual users of a PureDB',
    options: [...PLACE_OPTIONS, JSON_OPTION],
    run: async (given) => (await import('./commands/user-list.ts')).userList(given),
  },
  {
    name: 'user show',
    operands: ['<login>'],
    description: 'show a user',
    options: [...PLACE_OPTIONS, JSON_OPTION],
    run: async (given) => (await import('./commands/user-list.ts')).userShow(given),
  },
  {
    name: 'user add',
    operands: ['<login>'],
    description: 'add a user; the password is asked for, or a line of standard input',
    options: [
      ...SETTINGS,
      { long: 'locked', description: 'without a password: nobody can log in yet' },
      ...CHANGE_OPTIONS,
    ],
    run: async (given) => (await userEdits()).userAdd(given),
  },
  {
    name: 'user set',
    operands: ['<login>'],
    description: 'change what is given of a user',
    options: [
      ...SETTINGS,
      { long: 'password', description: 'ask for a new password; without a terminal, a line of standard input' },
      ...CHANGE_OPTIONS,
    ],
    run: async (given) => (await userEdits()).userSet(given),
  },
  {
    name: 'user lock',
    operands: ['<login>'],
    description: 'keep a user out, and the password for later',
    options: CHANGE_OPTIONS,
    run: async (given) => (await userEdits()).userLock(given),
  },
  {
    name: 'user unlock',
    operands: ['<login>'],
    description: 'let a user in again who was locked',
    options: CHANGE_OPTIONS,
    run: async (given) => (await userEdits()).userUnlock(given),
  },
  {
    name: 'user remove',
    operands: ['<login>'],
    description: 'remove a user; the home stays',
    options: CHANGE_OPTIONS,
    run: async (given) => (await userEdits()).userRemove(given),
  },
  {
    name: 'user export',
    operands: ['[target]'],
    description: 'write all users as JSON, or CSV, with the hashes of their passwords',
    options: [{ long: 'csv', description: 'CSV; so it is where the file ends in .csv' }, ...PLACE_OPTIONS],
    run: async (given) => (await import('./commands/user-export.ts')).userExport(given),
  },
  {
    name: 'user import',
    operands: ['<source>'],
    description: 'add and change the users of a file of JSON or CSV (-: standard input), all or none',
    options: [{ long: 'dry-run', description: 'only say what would change' }, ...CHANGE_OPTIONS],
    run: async (given) => (await import('./commands/user-import.ts')).userImport(given),
  },
  {
    name: 'migrate vsftpd',
    operands: ['<source>', '<folder>'],
    description: 'take over from vsftpd.conf, with the users that it names',
    options: [
      { long: 'passwd', argument: 'file', values: 'file', description: 'users of the system (/etc/passwd)' },
      SHADOW_OPTION,
      {
        long: 'passwords',
        argument: 'file',
        values: 'file',
        description: 'virtual users: LOGIN:HASH lines, as pam_pwdfile has them',
      },
      OWNER_OPTION,
      JSON_OPTION,
    ],
    run: async (given) => (await migrations()).migrateVsftpd(given),
  },
  {
    name: 'migrate proftpd',
    operands: ['<source>', '<folder>'],
    description: 'take over from proftpd.conf, with its AuthUserFile',
    options: [OWNER_OPTION, JSON_OPTION],
    run: async (given) => (await migrations()).migrateProftpd(given),
  },
  {
    name: 'migrate sftpgo',
    operands: ['<source>', '<folder>'],
    description: 'take over the users of a dump of SFTPGo',
    options: [OWNER_OPTION, JSON_OPTION],
    run: async (given) => (await migrations()).migrateSftpgo(given),
  },
  {
    name: 'migrate passwd',
    operands: ['<source>', '<folder>'],
    description: 'take over users of a file in the form of /etc/passwd, or of LOGIN:HASH lines',
    options: [
      SHADOW_OPTION,
      {
        long: 'homes',
        argument: 'folder',
        values: 'folder',
        description: 'folder of the homes of users whose lines have none',
      },
      OWNER_OPTION,
      JSON_OPTION,
    ],
    run: async (given) => (await migrations()).migratePasswd(given),
  },
  {
    name: 'kick',
    operands: ['<who>'],
    description: 'end sessions: one by its id, those of a user, those of an address',
    options: [USER_OPTION, CONTROL_OPTION],
    run: async (given) => (await import('./commands/kick.ts')).kick(given),
  },
  {
    name: 'throttle',
    operands: ['<who>'],
    description: 'set the bandwidth of sessions at once, as kick names them',
    options: [
      { long: 'download', argument: 'rate', description: 'bytes a second: 500K, 2M; off for no limit' },
      { long: 'upload', argument: 'rate', description: 'the same for uploads' },
      USER_OPTION,
      CONTROL_OPTION,
    ],
    run: async (given) => (await import('./commands/throttle.ts')).throttle(given),
  },
  {
    name: 'log-level',
    operands: ['<session>', '<level>'],
    description: 'log a session as -d does 0, 1 or 2 times',
    options: [CONTROL_OPTION],
    run: async (given) => (await import('./commands/log-level.ts')).logLevel(given),
  },
  {
    name: 'drain',
    operands: [],
    description: 'serve nobody new, and let the server end with its last session',
    options: [
      { long: 'seconds', argument: 'time', description: 'how long sessions may go on: 90, 10m, 1h' },
      { long: 'wait', description: 'come back when the server has ended' },
      CONTROL_OPTION,
    ],
    run: async (given) => (await import('./commands/drain.ts')).drain(given),
  },
  {
    name: 'reload',
    operands: [],
    description: 'read the configuration anew, or take the switches behind --; sessions go on with what they had',
    options: [CONTROL_OPTION],
    run: async (given) => (await import('./commands/reload.ts')).reload(given),
  },
  {
    name: 'ban',
    operands: ['[network]'],
    description: 'ban an address or a network; without one, show who is banned',
    options: [
      { long: 'for', argument: 'time', description: 'how long: 90, 10m, 1h, 2d' },
      { long: 'reason', argument: 'text', description: 'why, for those who look at it later' },
      { long: 'lift', description: 'lift the ban instead' },
      JSON_OPTION,
      CONTROL_OPTION,
    ],
    run: async (given) => (await import('./commands/ban.ts')).ban(given),
  },
  {
    name: 'unban',
    operands: ['<network>'],
    description: 'lift a ban',
    options: [CONTROL_OPTION],
    run: async (given) => (await import('./commands/ban.ts')).unban(given),
  },
  {
    name: 'health',
    operands: [],
    description: 'say how the server is, and how full',
    options: [JSON_OPTION, CONTROL_OPTION],
    run: async (given) => (await import('./commands/health.ts')).health(given),
  },
];
