/** Where Debian's packages keep the users (spec puredb section 1.1). */
export const DEFAULT_PASSWD_FILE = '/etc/pure-ftpd/pureftpd.passwd';
export const DEFAULT_DATABASE = '/etc/pure-ftpd/pureftpd.pdb';

/** The text file to use when no option names one; an empty variable counts as unset. */
export function passwdFileFromEnvironment(): string {
  return process.env['PURE_PASSWDFILE'] || DEFAULT_PASSWD_FILE;
}

/** The database to use when no option names one. */
export function databaseFromEnvironment(): string {
  return process.env['PURE_DBFILE'] || DEFAULT_DATABASE;
}
