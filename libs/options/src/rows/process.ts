// Options about the process: as whom it runs, where its id is, how it ends.
import { PATH, YES } from '../key-forms.ts';
import { initially, option } from '../option.ts';
import { BadValue, filePath, seconds } from '../values.ts';
import { StartError } from '../errors.ts';

/** More would be a gibibyte that nobody uses. */
const MOST_SPARE_WORKERS = 32;

function spareWorkers(value: string): number {
  if (!/^\d{1,2}$/.test(value) || Number(value) > MOST_SPARE_WORKERS)
    throw new BadValue(`a number up to ${MOST_SPARE_WORKERS} is`);
  return Number(value);
}

export const PROCESS_OPTIONS = [
  option({
    short: 'B',
    long: 'daemonize',
    description: 'run in the background (give --log-file as well, to have a log)',
    notes: "The parent's exit status is true.",
    keys: { Daemonize: YES },
    fields: { daemonize: false },
    set: { daemonize: true },
  }),
  option({
    short: 'g',
    long: 'pidfile',
    argument: 'file',
    values: 'file',
    description: 'where to write the process id (/var/run/pure-ftpd.pid)',
    notes: "Another server's PID file is not touched.",
    keys: { PIDFile: PATH },
    notInDebian: true,
    fields: {
      pidFile: initially<{ readonly path: string; readonly asked: boolean }>({
        path: '/var/run/pure-ftpd.pid',
        asked: false,
      }),
    },
    set: (value) => ({ pidFile: { path: filePath(value), asked: true } }),
  }),
  option({
    short: 'v',
    long: 'bonjour',
    argument: 'name',
    description: 'not supported yet',
    notes: 'Bonjour is for macOS in the C server, too.',
    keys: {},
    unsupported: true,
    fields: {},
    set() {
      throw new StartError('-v/--bonjour is not supported yet');
    },
  }),
  option({
    long: 'user',
    argument: 'uid:gid or name',
    values: 'user',
    description: 'whom to become when started as root',
    notes: 'See [above](#who-it-runs-as).',
    fields: {
      /** `UID:GID`, or a name. */
      user: initially<string | undefined>(undefined),
    },
    set(value) {
      if (value === '') throw new BadValue('UID:GID or a name is');
      return { user: value };
    },
  }),
  option({
    long: 'spare-workers',
    argument: 'number',
    description: 'processes kept ready for the first login of a user (1)',
    notes: 'Each takes some 40 MiB, and makes that login several times as fast; for a server that is started as root.',
    fields: { spareWorkers: 1 },
    set: (value) => ({ spareWorkers: spareWorkers(value) }),
  }),
  option({
    long: 'drain',
    argument: 'seconds',
    description: 'how long sessions may go on when the server is stopped (until they end)',
    fields: {
      /** Seconds; undefined is until they end. */
      drainSeconds: initially<number | undefined>(undefined),
    },
    set: (value) => ({ drainSeconds: seconds(value) }),
  }),
  option({
    long: 'shutdown-timeout',
    argument: 'seconds',
    description: 'how long transfers may go on when sessions are told to end (60)',
    fields: { shutdownSeconds: 60 },
    set: (value) => ({ shutdownSeconds: seconds(value) }),
  }),
];
