import { PureDB, PureDBError } from '@pure-ftpd/puredb';

import { type MethodKind, parsePath } from './method.ts';
import { PureDBBackend } from './puredb-backend.ts';

/** `-l puredb:FILE`. */
export const PUREDB: MethodKind = {
  name: 'puredb',
  argument: 'FILE',
  parse: parsePath,
  whyUnusable: whyUnreadable,
  create: (path) => new PureDBBackend(path),
};

/** Why a PureDB file cannot be read; undefined when it can. */
function whyUnreadable(path: string): string | undefined {
  try {
    PureDB.open(path).close();
    return undefined;
  } catch (error) {
    if (!(error instanceof PureDBError)) throw error;
    return error.message;
  }
}
