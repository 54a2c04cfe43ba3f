import type { UserRecord } from '@pure-ftpd/puredb';
import type { Request } from '../command-line.ts';
import type { Identities } from '@pure-ftpd/puredb/identities';
import { print } from '../terminal.ts';
import { findUser } from './find-user.ts';
import { requireLogin } from './require-login.ts';

/** Names of the ids of a record, as far as the system knows them. */
export interface IdNames {
  readonly user: string | undefined;
  readonly group: string | undefined;
}

function state(enabled: boolean): string {
  return enabled ? 'enabled' : 'unlimited';
}

/** A limit that is enabled by being there, even as 0. */
function amount(value: bigint | undefined, unit: bigint, suffix: string): string {
  return `${(value ?? 0n) / unit}${suffix} (${state(value !== undefined)})`;
}

/** A limit that is enabled by being above 0. */
function enabled(value: number | undefined): string {
  return state(value !== undefined && value > 0);
}

function timeOfDay(value: number | undefined): string {
  return String(value ?? 0).padStart(4, '0');
}

/** The page that `pure-pw show` prints (spec pure-pw section 7). */
export function formatUser(record: UserRecord, names: IdNames): string {
  const { uploadRatio, downloadRatio, maxSessions, timeRange } = record;
  const hours = `${timeOfDay(timeRange?.begin)}-${timeOfDay(timeRange?.end)}`;
  return [
    '',
    `Login              : ${record.login}`,
    `Password           : ${record.passwordHash}`,
    `UID                : ${record.uid} (${names.user ?? '-'})`,
    `GID                : ${record.gid} (${names.group ?? '-'})`,
    `Directory          : ${record.home}`,
    `Full name          : ${record.gecos}`,
    `Download bandwidth : ${amount(record.downloadBandwidth, 1024n, ' Kb')}`,
    `Upload   bandwidth : ${amount(record.uploadBandwidth, 1024n, ' Kb')}`,
    `Max files          : ${amount(record.maxFiles, 1n, '')}`,
    `Max size           : ${amount(record.maxSize, 1_048_576n, ' Mb')}`,
    `Ratio              : ${uploadRatio ?? 0}:${downloadRatio ?? 0} (${enabled(uploadRatio)}:${enabled(downloadRatio)})`,
    `Allowed local  IPs : ${record.allowedLocal ?? '-'}`,
    `Denied  local  IPs : ${record.deniedLocal ?? '-'}`,
    `Allowed client IPs : ${record.allowedClient ?? '-'}`,
    `Denied  client IPs : ${record.deniedClient ?? '-'}`,
    `Time restrictions  : ${hours} (${state(timeRange !== undefined)})`,
    `Max sim sessions   : ${maxSessions ?? 0} (${enabled(maxSessions)})`,
    '',
    '',
  ].join('\n');
}

/** Prints one user of the text file. */
export async function show(request: Request, identities: Identities): Promise<void> {
  const record = await findUser(requireLogin(request), request.passwdFile);
  const [user, group] = await Promise.all([identities.userName(record.uid), identities.groupName(record.gid)]);
  print(formatUser(record, { user, group }));
}
