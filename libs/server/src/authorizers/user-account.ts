// Accounts that authorizers answer with.
import type { UserAccount, UserLimits } from '../contract/account.ts';
import type { Permission } from '../contract/authorizer.ts';
import { isPermissions } from './permissions.ts';

/** Whether an authorizer has answered an account: the fields that the library goes by are what they must be. */
export function isUserAccount(answer: unknown): answer is UserAccount {
  if (!isRecord(answer)) return false;
  const { name, home, permissions, folders = {}, limits = {} } = answer;
  return (
    isText(name) &&
    isText(home) &&
    isPermissions(permissions) &&
    isRecord(folders) &&
    Object.values(folders).every(isPermissions) &&
    isOptionalText(answer['msgLogin']) &&
    isOptionalText(answer['msgQuit']) &&
    isUserLimits(limits)
  );
}

/** Whether an account has a permission, on a virtual path or in general. */
export function hasPermission(account: UserAccount, permission: Permission, path?: string): boolean {
  const { folders } = account;
  const letters =
    folders === undefined || path === undefined ? account.permissions : lettersFor(account, folders, path);
  return letters.includes(permission);
}

/** Those of the deepest folder a path is in. */
function lettersFor(account: UserAccount, folders: Readonly<Record<string, string>>, path: string): string {
  let deepest = '';
  let letters = account.permissions;
  for (const [name, own] of Object.entries(folders)) {
    const folder = name.replace(/\/+$/, '');
    const isInside = path === folder || path.startsWith(`${folder}/`);
    if (!isInside || folder.length < deepest.length) continue;
    deepest = folder;
    letters = own;
  }
  return letters;
}

/** Whether something is limits of a user. */
export function isUserLimits(limits: unknown): limits is UserLimits {
  if (!isRecord(limits)) return false;
  const { sessions, uploadRate, downloadRate } = limits;
  return [sessions, uploadRate, downloadRate].every(
    (limit) => limit === undefined || (typeof limit === 'number' && limit >= 0),
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
