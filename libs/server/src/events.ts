import { channel } from 'node:diagnostics_channel';

/** Every event of every session of the process is published here, for loggers, metrics and traces. */
export const sessionEvents = channel('pure-ftpd:session');
