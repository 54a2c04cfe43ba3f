// What a program finds in its environment [spec quota-upload-auth-cert.md §2.3].

import { readFileSync } from 'node:fs';

import { getgrgid, getpwuid, SystemError } from '@pure-ftpd/posix';
import { encodeName } from '@pure-ftpd/protocol';

import type { UploadedFile } from './uploaded-file.ts';
import type { Announced } from './upload-source.ts';

/** Names that an account of the system may have. */
export interface Accounts {
  userName(uid: number): Promise<string | undefined>;
  groupName(gid: number): Promise<string | undefined>;
}

/** The name service of this machine. One that fails has no name for anybody: the number is told in any case. */
export const systemAccounts: Accounts = {
  userName: (uid) => unlessFailing(async () => (await getpwuid(uid))?.name),
  groupName: (gid) => unlessFailing(async () => (await getgrgid(gid))?.name),
};

/** Ours, from who started us; those of an upload are the upload's alone. */
const NOT_INHERITED = ['UPLOAD_', 'PURE_FTPD_STARTED_BY='];

/** The environment this process was started with, as bytes, which `process.env` has not. */
export function inheritedEnvironment(): Buffer[] {
  const all = readFileSync('/proc/self/environ');
  const variables: Buffer[] = [];
  for (let start = 0; start < all.length;) {
    const end = all.indexOf(0, start);
    const variable = all.subarray(start, end === -1 ? all.length : end);
    if (!NOT_INHERITED.some((prefix) => variable.indexOf(prefix) === 0)) variables.push(variable);
    start = end === -1 ? all.length : end + 1;
  }
  return variables;
}

/** What a program is told of an upload, `NAME=value` each. A name that is unknown is left out, and so is an empty login. */
export async function uploadVariables(
  file: UploadedFile,
  { login, event }: Pick<Announced, 'login' | 'event'>,
  accounts: Accounts,
): Promise<Buffer[]> {
  const user = await accounts.userName(file.uid);
  const group = await accounts.groupName(file.gid);
  const variables: [name: string, value: Buffer | string | undefined][] = [
    ['UPLOAD_SIZE', file.size.toString()],
    ['UPLOAD_PERMS', (file.mode & 0o7777n).toString(8)],
    ['UPLOAD_UID', file.uid.toString()],
    ['UPLOAD_GID', file.gid.toString()],
    ['UPLOAD_USER', user],
    ['UPLOAD_GROUP', group],
    ['UPLOAD_VUSER', login.length === 0 ? undefined : login],
    ['UPLOAD_ID', event?.id],
    ['UPLOAD_TIME', event === undefined ? undefined : new Date(event.time).toISOString()],
    ['UPLOAD_SESSION', event?.session],
  ];
  return variables.flatMap(([name, value]) =>
    value === undefined
      ? []
      : [Buffer.concat([Buffer.from(`${name}=`), typeof value === 'string' ? encodeName(value) : value])],
  );
}

async function unlessFailing(look: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
