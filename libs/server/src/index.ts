// The public door of the FTP server library.
export { FTPServer, type FTPServerOptions } from './server/ftp-server.ts';
export type { Client } from './contract/client.ts';
export type { Session } from './contract/session.ts';
export { createServer, type ServerSettings, type SessionFunctions } from './create-server/create-server.ts';
export type { Users, UserSettings } from './create-server/settings-authorizer.ts';
export type { ConnectionLimit } from './server/connection-limits.ts';
export type { Counters } from './server/counters.ts';
export type { ListenAddress } from './server/listening.ts';
export { FTPHandler, type HandlerClass } from './face/ftp-handler.ts';
export { TLS_FTPHandler } from './face/tls-ftp-handler.ts';
export { fixedIdentity } from './tls/tls-identity.ts';
export type { NamedIdentity, TlsIdentity, TlsIdentitySource } from './contract/tls.ts';
export type { HangUpRule } from './contract/settings.ts';
export type { DataSessionReuse, TlsTruncation } from './contract/tls.ts';
export type { TlsInfo } from './contract/tls-info.ts';
export type { CloseOptions, ListenOptions } from './server/life-cycle.ts';
export type { ServerAddress } from './server/server-address.ts';
export { type ClientCertificates, type TlsOptions, TlsService, type TlsVersion } from './tls/tls-service.ts';
export { DTPHandler } from './data/dtp-handler.ts';
export type { ReceiveOptions, SendOptions } from './contract/data.ts';
export { MultiprocessFTPServer, type MultiprocessFTPServerOptions } from './multiprocess/multiprocess-ftp-server.ts';
export type { WorkerExit } from './multiprocess/worker-slot.ts';
export { TokenBucket } from './data/token-bucket.ts';
export { ThrottledDTPHandler } from './data/throttled-dtp-handler.ts';
export { LongWork } from './long-work.ts';
export type { AnnounceRule } from './data/announced-address.ts';
export { DataConnection } from './sockets/data-connection.ts';
export type { PortRange } from './data/passive-ports.ts';
export type { Transfer } from './data/transfer.ts';
export type { AuthenticatorOf, Denial, Judgement } from './contract/authenticator.ts';
export type { Bucket, Buckets, SessionShare, UserAccount, UserLimits } from './contract/account.ts';
export type { BeforeHooks, IntentDetails, TransferDetails } from './contract/hooks.ts';
export type { Authorizer, Permission } from './contract/authorizer.ts';
export { authorizerLogin } from './login/authorizer-login.ts';
export { DummyAuthorizer, type UserOptions } from './authorizers/dummy-authorizer.ts';
export {
  HashedAuthorizer,
  type HashedAuthorizerOptions,
  verifyHash,
  type VerifyPassword,
} from './authorizers/hashed-authorizer.ts';
export { systemAccounts, type UnixAccount, type UnixAccounts } from './authorizers/unix-accounts.ts';
export { UnixAuthorizer, type UnixAuthorizerOptions, type UnixUserOverride } from './authorizers/unix-authorizer.ts';
export { type WindowsAccounts, windowsAccounts, type WindowsLogon } from './authorizers/windows-accounts.ts';
export { WindowsAuthorizer, type WindowsAuthorizerOptions } from './authorizers/windows-authorizer.ts';
export { type Capabilities, EVERYTHING, type FileSystem, type ResolveOptions } from './contract/file-system.ts';
export {
  type ByteSource,
  directoryFromEntries,
  directoryFromPages,
  fileFromStream,
  type StreamedUploadOptions,
  uploadToStream,
} from './filesystem/streams.ts';
export { AbstractedFS } from './filesystem/abstracted-fs.ts';
export type { RunAs } from './filesystem/acting-jail.ts';
export { FileSystemLayer } from './filesystem/layer.ts';
export { quota, type QuotaFileSystem, type QuotaOptions } from './quota/quota.ts';
export { changedUsage, type QuotaAmount, type QuotaLimits, type QuotaStore } from './quota/quota-store.ts';
export { MemoryQuotaStore } from './quota/memory-quota-store.ts';
export { countFiles } from './quota/count-files.ts';
export { MemoryFilesystem } from './filesystem/memory-filesystem.ts';
export {
  type MemoryDirectory,
  type MemoryFile,
  type MemoryLimits,
  type MemoryNode,
  MemoryStore,
} from './filesystem/memory-store.ts';
export { UnixFilesystem } from './filesystem/unix-filesystem.ts';
export type {
  Awaitable,
  FileStats,
  NamedStats,
  Upload,
  UploadOptions,
  VirtualDirectory,
  VirtualFile,
} from './contract/virtual-file.ts';
export {
  AuthenticationFailed,
  AuthorizerError,
  DataConnectionLost,
  DataConnectionTimeout,
  DataConnectionUnavailable,
  DataSessionNotResumed,
  FilesystemError,
  HookTimeout,
  ServerError,
  type ServerErrorCode,
  StorageLimitExceeded,
  StorageUnavailable,
  TlsHandshakeFailed,
  TransferAborted,
  type ToldError,
} from './errors.ts';
export { hashPassword } from '@pure-ftpd/passwords';
export { SystemError } from '@pure-ftpd/posix';
export type { SessionEvent, SessionEventBody } from './contract/events.ts';
export { transferPosition } from './data/progress.ts';
export { sessionEvents } from './events.ts';
export { type Catalogue, reply } from './replies/catalogue.ts';
export { defaultCatalogue } from './replies/default-catalogue.ts';
export { Languages } from './replies/languages.ts';
export { Charsets, type CharsetsOptions, UnknownCharset } from '@pure-ftpd/charsets';
export { pyftpdlibCatalogue } from './replies/pyftpdlib-catalogue.ts';
export type { Note, Outcome } from './replies/outcomes.ts';
export type { NamedText, Reason } from './replies/reasons.ts';
export type { CommandResult, CommandRow, CommandTable, ParsedCommand } from './contract/command.ts';
export { commandTable } from './commands/command-table.ts';
export type { FailureContext } from './contract/user-code.ts';
export { commands } from './commands/table.ts';
export { tlsCommands } from './commands/tls-table.ts';
export {
  policies,
  requireArgument,
  requireLogin,
  requirePermission,
  requireProtectedControl,
  requireProtectedData,
} from './session/policy.ts';
export type { Policy } from './contract/command.ts';
export { callEvery, callLater, type DelayedCall } from './timers.ts';
