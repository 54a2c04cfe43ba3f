// A user as people, and programs that need no hashes, are told.
import { printableName } from '@pure-ftpd/protocol';
import { formatTimeRange, NO_QUOTA, type UserRecord } from '@pure-ftpd/puredb';
import { systemIdentities } from '@pure-ftpd/puredb/identities';

import { jsonOf } from './account.ts';
import { isLocked } from './password.ts';

/** The fields of a user for JSON, with `locked` instead of the hash of the password. */
export function withoutHash(record: UserRecord): object {
  const { passwordHash: _, passwordHashBase64: __, ...fields } = jsonOf(record);
  return { ...fields, locked: isLocked(record.passwordHash) };
}

/** Rows of a table: what it is, and what it is for this user. */
export async function describe(record: UserRecord): Promise<string[][]> {
  const [user, group] = await Promise.all([
    systemIdentities.userName(record.uid),
    systemIdentities.groupName(record.gid),
  ]);
  const { timeRange, uploadRatio, downloadRatio } = record;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Password', isLocked(record.passwordHash) ? 'locked: no login is possible' : 'set'],
    ['Owner of files', withName(record.uid, user)],
    ['Group of files', withName(record.gid, group)],
    ['Home', record.home.includes('/./') ? record.home : `${record.home} (may be left)`],
    ['Full name', record.gecos],
    ['Download', bandwidth(record.downloadBandwidth)],
    ['Upload', bandwidth(record.uploadBandwidth)],
    ['Files', quota(record.maxFiles, '')],
    ['Size', quota(record.maxSize, ' bytes')],
    ['Ratio', uploadRatio && downloadRatio ? `${uploadRatio} up : ${downloadRatio} down` : undefined],
    ['Sessions', record.maxSessions === undefined ? undefined : `at most ${record.maxSessions}`],
    ['Clients', record.allowedClient && `only from ${record.allowedClient}`],
    ['', record.deniedClient && `not from ${record.deniedClient}`],
    ['Addresses here', record.allowedLocal && `only ${record.allowedLocal}`],
    ['', record.deniedLocal && `not ${record.deniedLocal}`],
    ['Hours', timeRange && formatTimeRange(timeRange).replaceAll(/\d+/g, (time) => time.padStart(4, '0'))],
  ];
  return rows.flatMap(([name, value]) => (value ? [[name, printableName(value)]] : []));
}

function withName(id: number, name: string | undefined): string {
  return name === undefined ? String(id) : `${id} (${name})`;
}

function bandwidth(bytes: bigint | undefined): string | undefined {
  return bytes === undefined ? undefined : `at most ${bytes / 1024n} KB/s`;
}

function quota(most: bigint | undefined, unit: string): string | undefined {
  if (most === undefined) return undefined;
  return most === NO_QUOTA ? 'no quota' : `at most ${most.toLocaleString('en-US')}${unit}`;
}
