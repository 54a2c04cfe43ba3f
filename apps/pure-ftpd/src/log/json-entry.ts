// A line of the log as JSON, for collectors (--log-format json).
import { nameFields, oneLineJson } from '@pure-ftpd/protocol';

import type { LogEntry } from './log-entry.ts';

/** An object on one line, with its line break. What is not known is left out. */
export function jsonEntry({ time, level, pid, session, user, address, host, event, text, fields }: LogEntry): Buffer {
  const object = {
    time: new Date(time).toISOString(),
    level,
    pid,
    session,
    ...(user === '?' ? {} : nameFields('user', user)),
    address,
    host: host === '?' || host === address ? undefined : host,
    event: event ?? 'message',
    ...(text === '' ? {} : nameFields('message', text)),
    ...named(fields ?? {}),
  };
  return Buffer.from(`${oneLineJson(object)}\n`);
}

/** Texts may be names of files, which need not be UTF-8. */
function named(fields: NonNullable<LogEntry['fields']>): object {
  return Object.assign(
    {},
    ...Object.entries(fields).map(([key, value]) =>
      typeof value === 'string' ? nameFields(key, value) : { [key]: value },
    ),
  );
}
