import { Progress } from '@pure-ftpd/cli';
import { buildDatabase, PasswdFile, PasswdFileError, PureDBError, type UserRecord } from '@pure-ftpd/puredb';
import { DEFAULT_DATABASE, DEFAULT_PASSWD_FILE, passwdFileFromEnvironment } from '@pure-ftpd/puredb/default-paths';

import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';

/** The text file that is meant, and the database that is made of it. */
export interface UserPlace {
  readonly file: string;
  readonly database: string;
}

/** As for `pure-pw`; of a text file elsewhere the database is beside it, so that no other's is replaced. */
export function placeOf({ values }: Pick<Given, 'values'>): UserPlace {
  const file = values['file']?.at(-1) ?? passwdFileFromEnvironment();
  const given = values['database']?.at(-1) ?? process.env['PURE_DBFILE'];
  const beside = file === DEFAULT_PASSWD_FILE ? DEFAULT_DATABASE : `${file.replace(/\.passwd$/, '')}.pdb`;
  return { file, database: given || beside };
}

/** What is to become of users, by their logins. */
export type Decide = (current: UserRecord | undefined, login: string) => UserRecord | undefined;

/**
 * Changes users and makes the database anew, both under the lock of the text file.
 * @throws CommandError where one of them cannot be written, or is being edited. The text file is then as it was, or the message says that
 *   the database is not what it should be.
 */
export async function changeUsers(place: UserPlace, logins: readonly string[], decide: Decide): Promise<void> {
  const progress = new Progress(place.database);
  try {
    await new PasswdFile(place.file).editMany(
      logins,
      ({ record }, login) => decide(record, login),
      async () => {
        await buildDatabase(place.file, place.database, {
          onProgress: (done, total) => progress.update(done, total),
        });
      },
    );
  } catch (error) {
    throw explained(error);
  } finally {
    progress.clear();
  }
}

/** What an error of text file or database is to an administrator. */
export function explained(error: unknown): unknown {
  if (error instanceof PasswdFileError) return new CommandError(error.message, ExitStatus.failed, { cause: error });
  if (!(error instanceof PureDBError)) return error;
  const message = `${error.message}; the text file is changed: when this is mended, make the database by pure-pw mkdb`;
  return new CommandError(message, ExitStatus.failed, { cause: error });
}
