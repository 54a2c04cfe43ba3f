// The door for the packages that stand on the engine as it is inside: it changes whenever they need it to.
export { LocalCounters } from './server/counters.ts';
export { listenOn } from './server/listening.ts';
export type { TlsHandover } from './contract/tls.ts';
export { TlsSession } from './tls/tls-session.ts';
export type { ActiveTarget, DataPorts, Reservation } from './contract/data.ts';
export { FairBucket, type Taker } from './data/fair-bucket.ts';
export { connectFrom, LocalDataPorts } from './data/data-ports.ts';
export type { ControlRelay } from './session/control-relay.ts';
export {
  type DetachedSession,
  originOf,
  type PortableSession,
  type SessionOrigin,
} from './session/portable-session.ts';
export type { DataEndpoint } from './contract/data.ts';
export { ANY_PEER, PassivePorts, PassiveReservation } from './data/passive-ports.ts';
export { descriptorOf } from './sockets/native-handle.ts';
export {
  ProxiedConnections,
  type ProxyConnection,
  type ProxyRefused,
  takeArrived,
  WAITING_PROXIED,
} from './sockets/proxied-connections.ts';
export { ownAddress } from './contract/client.ts';
export { AnnouncedAddresses } from './data/announced-address.ts';
export { createLocalUpload, type LocalUpload } from './filesystem/local-upload.ts';
export { type TemporaryFiles, TemporaryNames } from './filesystem/temporary-names.ts';
export { errorText, isFileError, isSystemError, reasonOf, toldError } from './errors.ts';
export { filled, namedReason, REASONS, reason } from './replies/reasons.ts';
export { type HashCost, hashMemory, HashingGate, type HashingGateOptions } from '@pure-ftpd/passwords';
export { replyFor } from './replies/catalogue.ts';
export type { ListingResult, OutcomeName, OutcomeOf, OutcomeParameters } from './replies/outcomes.ts';
export { admitPath } from './session/policy.ts';
export { rowFeatures } from './commands/feat.ts';
export { allo } from './commands/allo.ts';
export { list, type ListCommandOptions } from './commands/list.ts';
export { mfmt } from './commands/mfmt.ts';
export { mlsd, mlst, type FactListOptions, type FactOptions } from './commands/mlsd.ts';
export { nlst, type NameListOptions } from './commands/nlst.ts';
export { opts, type OptsOptions } from './commands/opts.ts';
export { eprt, type EprtOptions, port as dataPort, type PortOptions } from './commands/port.ts';
export { size } from './commands/size.ts';
export { statPath } from './commands/stat.ts';
export {
  address,
  bytes,
  type Check,
  type Checked,
  flag,
  integer,
  list as listOf,
  matching,
  MessageViolation,
  oneOf,
  optional,
  port,
  shape,
  text,
} from '@pure-ftpd/protocol/checks';
export {
  freshState,
  type MovedOf,
  said,
  saidChecks,
  type SaidOf,
  saidPart,
  type Slots,
  type StateOf,
} from './state/slots.ts';
export { SESSION_SLOTS } from './state/session-slots.ts';
export { end, follow } from './login/follow-judgement.ts';
