import { AuthorizerError } from '../errors.ts';

/** Letters that only let a user look. */
export const READ_PERMISSIONS = 'elr';
/** Letters that let a user change something. */
export const WRITE_PERMISSIONS = 'adfmwMT';

/** Whether something is letters of permissions, or none. */
export function isPermissions(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    Array.from(value).every((letter) => (READ_PERMISSIONS + WRITE_PERMISSIONS).includes(letter))
  );
}

/** @throws AuthorizerError for a letter that is no permission. */
export function checkPermissions(permissions: string): void {
  for (const letter of permissions) {
    if (!(READ_PERMISSIONS + WRITE_PERMISSIONS).includes(letter))
      throw new AuthorizerError(`no such permission: ${letter}`);
  }
}
