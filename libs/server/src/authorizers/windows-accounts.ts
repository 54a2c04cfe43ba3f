import { endImpersonation, isWindowsLogonAvailable, logOn } from '@pure-ftpd/posix';

import type { Awaitable } from '../contract/virtual-file.ts';

/** Somebody who has logged on to Windows. */
export interface WindowsLogon {
  /** The name of the account as Windows has it, however it was written. */
  readonly name: string;
  /** The profile folder. Throws where there is none. */
  readonly profile: string;
  /** The thread acts as the account from now on. */
  impersonate(): void;
  close(): void;
}

/** Where a `WindowsAuthorizer` has passwords compared. */
export interface WindowsAccounts {
  /** Whether there are accounts of Windows here. */
  readonly isAvailable: boolean;
  /** Undefined when the password is wrong, or the account may not log on. @param domain `.` for those of the machine. */
  logOn(name: string, domain: string, password: string): Awaitable<WindowsLogon | undefined>;
  /** The thread is itself again. */
  endImpersonation(): void;
}

/** The accounts of this machine, and of its domains. */
export const windowsAccounts: WindowsAccounts = {
  get isAvailable() {
    return isWindowsLogonAvailable();
  },
  logOn,
  endImpersonation,
};
