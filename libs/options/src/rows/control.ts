// Options about the control socket: where administrators tell a running server what to do.
import { CONTROL_SOCKET } from '@pure-ftpd/control';

import { initially, option } from '../option.ts';
import { BadValue, filePath } from '../values.ts';

/** Where the control socket is. */
export interface ControlChoice {
  readonly path: string;
  /** Whether it was asked for: a server does without one that it has not been asked for and cannot have. */
  readonly asked: boolean;
}

export const CONTROL_OPTIONS = [
  option({
    long: 'control',
    argument: 'path or off',
    values: 'file',
    description: `where administrators tell the server what to do (${CONTROL_SOCKET}, for the first server that root starts)`,
    notes:
      'A Unix socket with mode 0660, for `pure-ftpctl` and `pure-ftpwho`: see [its page](../../docs/control.md). `off` for none. Servers that root has not started have one where it is named.',
    fields: {
      /** Undefined for none. */
      control: initially<ControlChoice | undefined>({ path: CONTROL_SOCKET, asked: false }),
    },
    set: (value) => ({ control: value === 'off' ? undefined : { path: filePath(value), asked: true } }),
  }),
  option({
    long: 'control-group',
    argument: 'group',
    description: 'who may use the control socket, besides root',
    notes: 'They may do all but hand over another command line (`pure-ftpctl reload -- SWITCHES`).',
    fields: {
      /** The name of a group of the system. */
      controlGroup: initially<string | undefined>(undefined),
    },
    set(value) {
      if (value === '') throw new BadValue('the name of a group is');
      return { controlGroup: value };
    },
  }),
  option({
    long: 'reload-on-hup',
    description: 'SIGHUP has the configuration read anew; without it, it ends the server, as in C',
    notes: 'As `pure-ftpctl reload`: see [its page](../../docs/control.md#reload).',
    fields: { reloadOnHup: false },
    set: { reloadOnHup: true },
  }),
];
