import { writeAll } from '@pure-ftpd/cli';
import { encodeText, oneLineJson, printableName } from '@pure-ftpd/protocol';
import { PasswdFile, type UserRecord } from '@pure-ftpd/puredb';

import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';
import { jsonOf } from '../users/account.ts';
import { csvRow } from '../users/csv.ts';
import { FIELDS } from '../users/fields.ts';
import { explained, placeOf } from '../users/place.ts';
import { PrivateFile } from '../users/private-file.ts';

/** Characters that are written at a time. */
const CHUNK = 256 * 1024;

/** A way to write users down. */
interface Format {
  readonly begin: string;
  readonly user: (record: UserRecord, index: number) => string;
  readonly end: string;
}

const JSON_FORMAT: Format = {
  begin: '[',
  user: (record, index) => `${index === 0 ? '\n' : ',\n'}${oneLineJson(jsonOf(record))}`,
  end: '\n]\n',
};

const CSV_FORMAT: Format = {
  begin: csvRow(['login', ...FIELDS.map(({ name }) => name)]),
  user: (record) => csvRow([record.login, ...FIELDS.map(({ plain }) => String(plain(record) ?? ''))]),
  end: '',
};

/** Writes all users, with the hashes of their passwords. A file is for its owner only. */
export async function userExport(given: Given): Promise<number> {
  // yargs makes nothing of a lone dash.
  const target = given.operands['target'] || undefined;
  const isCsv = given.options.has('csv') || target?.endsWith('.csv');
  const { file } = placeOf(given);
  using output = target === undefined ? undefined : PrivateFile.create(target);
  const invalid: string[] = [];
  for await (const text of written(new PasswdFile(file), isCsv ? CSV_FORMAT : JSON_FORMAT, invalid)) {
    const bytes = encodeText(text);
    if (output === undefined) writeAll(1, bytes);
    else output.write(bytes);
  }
  output?.finish();
  if (invalid.length === 0) return ExitStatus.done;
  const names = invalid.slice(0, 5).map(printableName).join(', ');
  const more = invalid.length > 5 ? ` and ${invalid.length - 5} more` : '';
  throw new CommandError(`${file}: lines of no user are left out: ${names}${more}`, ExitStatus.found);
}

async function* written(
  users: PasswdFile,
  { begin, user, end }: Format,
  invalid: string[],
): AsyncGenerator<string, void, undefined> {
  let pending = begin;
  let index = 0;
  const seen = new Set<string>();
  try {
    for await (const entry of users.entries()) {
      if (entry.kind === 'invalid') {
        invalid.push(entry.login);
        continue;
      }
      // As for the server the first line of a login counts.
      if (seen.has(entry.record.login)) continue;
      seen.add(entry.record.login);
      pending += user(entry.record, index);
      index += 1;
      if (pending.length < CHUNK) continue;
      yield pending;
      pending = '';
    }
  } catch (error) {
    throw explained(error);
  }
  yield pending + end;
}
