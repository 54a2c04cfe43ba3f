// The public door of the FTP server library.
export { FTPServer, type FTPServerOptions } from './ftp-server.ts';
export type { ConnectionLimit } from './connection-limits.ts';
export { type ListenAddress, listenOn } from './listening.ts';
export { FTPHandler } from './ftp-handler.ts';
export { TLS_FTPHandler } from './tls/tls-ftp-handler.ts';
export { fixedIdentity, type NamedIdentity, type TlsIdentity, type TlsIdentitySource } from './tls/tls-identity.ts';
export { type DataSessionReuse, type TlsHandover, type TlsInfo, TlsSession } from './tls/tls-session.ts';
export { type ClientCertificates, type TlsOptions, TlsService, type TlsVersion } from './tls/tls-service.ts';
export { DTPHandler, type ReceiveOptions, type SendOptions } from './data/dtp-handler.ts';
export { MultiprocessFTPServer, type MultiprocessFTPServerOptions } from './multiprocess/multiprocess-ftp-server.ts';
export type { WorkerExit } from './multiprocess/worker-slot.ts';
export { ThrottledDTPHandler } from './data/throttled-dtp-handler.ts';
export { type ActiveTarget, connectFrom, type DataPorts, LocalDataPorts } from './data/data-ports.ts';
export type { ControlRelay } from './session/control-relay.ts';
export type { DetachedSession, PortableSession, SessionOrigin } from './session/portable-session.ts';
export type { DataEndpoint } from './data/data-endpoint.ts';
export type { AnnounceRule } from './data/announced-address.ts';
export { DataConnection } from './data/data-connection.ts';
export { ANY_PEER, PassivePorts, PassiveReservation, type PortRange } from './data/passive-ports.ts';
export { descriptorOf } from './native-handle.ts';
export type { Transfer } from './data/transfer.ts';
export type { Authorizer, Permission } from './authorizers/authorizer.ts';
export { DummyAuthorizer, type UserOptions } from './authorizers/dummy-authorizer.ts';
export {
  HashedAuthorizer,
  type HashedAuthorizerOptions,
  verifyHash,
  type VerifyPassword,
} from './authorizers/hashed-authorizer.ts';
export { systemAccounts, type UnixAccount, type UnixAccounts } from './authorizers/unix-accounts.ts';
export { UnixAuthorizer, type UnixAuthorizerOptions, type UnixUserOverride } from './authorizers/unix-authorizer.ts';
export { AbstractedFS, type ResolveOptions } from './filesystem/abstracted-fs.ts';
export type { RunAs } from './filesystem/acting-jail.ts';
export { MemoryFilesystem } from './filesystem/memory-filesystem.ts';
export {
  type MemoryDirectory,
  type MemoryFile,
  type MemoryLimits,
  type MemoryNode,
  MemoryStore,
} from './filesystem/memory-store.ts';
export { createLocalUpload, type LocalUpload } from './filesystem/local-upload.ts';
export { UnixFilesystem } from './filesystem/unix-filesystem.ts';
export type {
  Awaitable,
  FileStats,
  Upload,
  UploadOptions,
  VirtualDirectory,
  VirtualFile,
} from './filesystem/virtual-file.ts';
export {
  AuthenticationFailed,
  AuthorizerError,
  DataConnectionLost,
  DataConnectionTimeout,
  DataConnectionUnavailable,
  DataSessionNotResumed,
  errorText,
  FilesystemError,
  isFileError,
  isSystemError,
  ServerError,
  type ServerErrorCode,
  StorageLimitExceeded,
  TlsHandshakeFailed,
  TransferAborted,
} from './errors.ts';
export { type HashCost, hashMemory, hashPassword, HashingGate, type HashingGateOptions } from '@pure-ftpd/passwords';
export { SystemError } from '@pure-ftpd/posix';
export { type SessionEvent, type SessionEventBody, sessionEvents } from './events.ts';
export { type Catalogue, reply, replyFor } from './replies/catalogue.ts';
export { defaultCatalogue } from './replies/default-catalogue.ts';
export type { ListingResult, Outcome, OutcomeName, OutcomeOf, OutcomeParameters } from './replies/outcomes.ts';
export {
  type CommandResult,
  type CommandRow,
  type CommandTable,
  commandTable,
  type ParsedCommand,
} from './session/command.ts';
export { commands } from './commands/table.ts';
export { tlsCommands } from './commands/tls-table.ts';
export {
  admitPath,
  policies,
  type Policy,
  requireArgument,
  requireLogin,
  requirePermission,
  requireProtectedControl,
  requireProtectedData,
} from './session/policy.ts';
// What the methods of FTPHandler do, where a subclass wants it done a little differently.
export { list, type ListCommandOptions } from './commands/list.ts';
export { mfmt } from './commands/mfmt.ts';
export { mlsd, mlst, type FactListOptions, type FactOptions } from './commands/mlsd.ts';
export { nlst, type NameListOptions } from './commands/nlst.ts';
export { size } from './commands/size.ts';
export { statPath } from './commands/stat.ts';
export { callEvery, callLater, type DelayedCall } from './timers.ts';
