import { decodeName } from '@pure-ftpd/protocol';
import { parseRecord, PureDB, type RecordResult } from '@pure-ftpd/puredb';

/** Every user of a PureDB, as a login would find it. @throws PureDBError */
export function usersOf(path: string): RecordResult[] {
  using database = PureDB.open(path);
  return Array.from(database.records(), ({ login, value }) => parseRecord(decodeName(login), value));
}
