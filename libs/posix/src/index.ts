// The public door.

export { endProcessAfter } from './alarm.ts';
export { argon2, isArgon2Available } from './argon2.ts';
export type { Argon2Parameters } from './argon2.ts';
export { chroot, isChrootAvailable } from './chroot.ts';
export { crypt, isCryptAvailable } from './crypt.ts';
export {
  duplicateDescriptor,
  isDescriptorPassingAvailable,
  receiveDescriptor,
  sendDescriptor,
} from './descriptor-passing.ts';
export { isDirectoryLockAvailable, tryLockDirectory } from './directory-lock.ts';
export { DirectoryScan, EntryType, isDirectoryScanAvailable, NodeStatus } from './directory-scan.ts';
export { isFileLockAvailable, lockFile, lockFileSync, tryLockFile, unlockFile } from './file-lock.ts';
export type { FileLockKind, FileLockWait } from './file-lock.ts';
export { getgrgid, getgrgidSync, getgrnam, getgrnamSync } from './group.ts';
export type { GroupEntry } from './group.ts';
export { getGroupList, getGroupListSync } from './group-list.ts';
export { closeInheritedDescriptors, setCloseOnExec } from './inherited-descriptors.ts';
export { loginShells } from './login-shells.ts';
export { isMkfifoAvailable, mkfifo } from './mkfifo.ts';
export { whyNoNativeCalls } from './why-no-native-calls.ts';
export { NativeUnavailableError } from './native-unavailable-error.ts';
export * from './open-flags.ts';
export { isOpenatAvailable, tryOpenat } from './openat.ts';
export { isOpenat2Available, openat2, tryOpenat2 } from './openat2.ts';
export type { OpenHow } from './openat2.ts';
export { isPamAvailable, PamError, PamTransaction } from './pam.ts';
export type { PamConversation, PamOptions, PamStyle } from './pam.ts';
export { allPasswdEntries, getpwnam, getpwnamSync, getpwuid, getpwuidSync, isNssAvailable } from './passwd.ts';
export type { PasswdEntry } from './passwd.ts';
export { isPipePeekAvailable, makePipe, peekPipe, type Pipe } from './pipe-peek.ts';
export { setPipeSize } from './pipe-size.ts';
export { isPollAvailable, untilReadable } from './poll.ts';
export {
  dieWithParent,
  dropCapabilityBounds,
  isDumpable,
  isPrctlAvailable,
  setDumpable,
  setNoNewPrivileges,
} from './prctl.ts';
export { nameProcess } from './process-name.ts';
export { isRenameat2Available, RENAME_EXCHANGE, RENAME_NOREPLACE, tryRenameat2 } from './renameat2.ts';
export { isSendfileAvailable, trySendfile } from './sendfile.ts';
export { shadowEntry, shadowEntrySync, shadowHash, shadowHashSync } from './shadow.ts';
export type { ShadowEntry } from './shadow.ts';
export { isSocketpairAvailable, sendUnixDatagram, shutDownSocket, socketpair } from './socket.ts';
export { isOutOfBandInlineAvailable, setOutOfBandInline } from './socket-option.ts';
export { socketStatus } from './socket-status.ts';
export type { SocketEnd, SocketStatus } from './socket-status.ts';
export { isLstatAtAvailable, lstatAllAt, tryLstatAt } from './statx.ts';
export type { NodeStats } from './statx.ts';
export { isSpawnAvailable, spawnProgram, waitForProgram } from './spawn.ts';
export type { ProgramExit, ProgramStart } from './spawn.ts';
export { openSystemLog, SYSLOG_SOCKET, syslogDatagram, SyslogSender } from './syslog.ts';
export { isSystemCode, SystemError } from './system-error.ts';
export type { SystemErrorDetails } from './system-error.ts';
export { notifyServiceManager, takePassedSockets } from './systemd.ts';
export type { PassedSocket } from './systemd.ts';
export { holdsNoCapabilities, threadPrivileges } from './thread-privileges.ts';
export type { ThreadPrivileges } from './thread-privileges.ts';
export { endImpersonation, isWindowsLogonAvailable, logOn } from './windows-logon.ts';
