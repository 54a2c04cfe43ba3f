// The servers of accounts that FTP servers ask, from Debian's packages.
export { ACCOUNT_ID, AccountDatabase, DATABASE_SECRET, LIMIT_QUERIES, type SqlMethod } from './account-database.ts';
export { isListening } from './listening.ts';
export { MariaDB } from './mariadb.ts';
export { observedTree, OpenLDAP } from './openldap.ts';
export { PostgreSQL } from './postgresql.ts';
