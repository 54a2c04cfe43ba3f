/** A system account. Text is in the form of `decodeName`. */
export interface Account {
  readonly name: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

/** What the system knows beyond its accounts. */
export interface System {
  readonly shells: ReadonlySet<string>;
  /** From the shadow database; undefined when it cannot be read or has no such account. */
  shadowHash(login: string): string | undefined;
  /** Links are followed. */
  isDirectory(path: string): boolean;
}

/** What would end a field or the line. */
const SEPARATOR = /[:\r\n]/;

/** The hash to carry over; a locked, empty or old one (DES) becomes `*`, which nobody can log in with. */
function usableHash(account: Account, system: System): string {
  const hash = system.shadowHash(account.name) ?? account.password;
  return hash.startsWith('$') ? hash : '*';
}

/** Whether the account may become an FTP user: not root's, with a home, and with a shell that allows a login. */
function isKept({ uid, gid, home, shell }: Account, system: System): boolean {
  const mayLogIn = shell.toLowerCase() === 'ftp' || system.shells.has(shell);
  return uid > 0 && gid > 0 && mayLogIn && system.isDirectory(home);
}

/**
 * The line of a PureDB text file for a system account, with its newline, or undefined when the account is not one for
 * FTP or does not fit into a line (spec pure-pw section 9).
 */
export function convertAccount(account: Account, system: System): string | undefined {
  if (!isKept(account, system)) {
    return undefined;
  }
  const { name, uid, gid, home } = account;
  const hash = usableHash(account, system);
  const gecos = account.gecos.split(',', 1)[0] ?? '';
  if ([name, hash, account.gecos, home].some((field) => SEPARATOR.test(field))) {
    return undefined;
  }
  return `${name}:${hash}:${uid}:${gid}:${gecos}:${home}/./\n`;
}
