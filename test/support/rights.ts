/**
 * Whether our daemon stays root, with a process for each identity, where a test does not say which: the same tests are run with
 * one process and with separated rights.
 */
export const isSeparated: boolean = process.getuid?.() === 0 && process.env['PURE_FTPD_RIGHTS'] === 'separated';
