/** The account of all anonymous sessions, in logs and limits. */
export const ANONYMOUS = 'ftp';
