import { writeAll } from '@pure-ftpd/cli';
import { encodeText, oneLineJson } from '@pure-ftpd/protocol';
import type { AccountChanges } from '@pure-ftpd/puredb';

import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';
import { Migration } from '../migrate/migration.ts';
import { reportOf, reportText, writeMigration } from '../migrate/output.ts';

type Read = (source: string, migration: Migration) => void | Promise<void>;

/** From vsftpd.conf, with the lists and files that it names. */
export async function migrateVsftpd(given: Given): Promise<number> {
  const { values } = given;
  const accounts = {
    passwd: values['passwd']?.at(-1) ?? '/etc/passwd',
    shadow: values['shadow']?.at(-1) ?? '/etc/shadow',
    passwords: values['passwords']?.at(-1),
  };
  const { readVsftpd } = await import('../migrate/vsftpd/read.ts');
  return migrate(given, (source, migration) => readVsftpd(source, accounts, migration));
}

/** From proftpd.conf, with the files that it names. */
export async function migrateProftpd(given: Given): Promise<number> {
  const { readProftpd } = await import('../migrate/proftpd/read.ts');
  return migrate(given, readProftpd);
}

/** From a dump of SFTPGo. */
export async function migrateSftpgo(given: Given): Promise<number> {
  const { readSftpgo } = await import('../migrate/sftpgo.ts');
  return migrate(given, (source, migration) => readSftpgo(source, migration, Date.now()));
}

/** From a file in the form of passwd, or of `login:hash`. */
export async function migratePasswd(given: Given): Promise<number> {
  const { readPasswd } = await import('../migrate/passwd.ts');
  const { values } = given;
  const places = { shadow: values['shadow']?.at(-1), homes: values['homes']?.at(-1) };
  return migrate(given, (source, migration) => readPasswd(source, places, migration));
}

/** @returns 1 when something is left to be looked at. */
async function migrate(given: Given, read: Read): Promise<number> {
  const { operands, options } = given;
  const [source = '', folder = ''] = [operands['source'], operands['folder']];
  const migration = new Migration(await ownerOf(given));
  await read(source, migration);
  await writeMigration(migration, folder, source);
  const text = options.has('json') ? `${oneLineJson(reportOf(migration))}\n` : reportText(migration, source);
  writeAll(1, encodeText(text));
  return migration.notes.length + migration.locked.length > 0 ? ExitStatus.found : ExitStatus.done;
}

/** Whom files of users belong to who have no number. */
async function ownerOf({ values }: Given): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  const owner = values['owner']?.at(-1);
  if (owner === undefined) return undefined;
  const [forms, { BadValue }] = await Promise.all([import('../users/forms.ts'), import('../users/values.ts')]);
  const changes: AccountChanges = { uid: 0, gid: 0 };
  try {
    await forms.own(changes, owner);
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    throw new CommandError(`--owner ${owner}: ${error.message}`);
  }
  return { uid: changes.uid, gid: changes.gid === 0 ? changes.uid : changes.gid };
}
