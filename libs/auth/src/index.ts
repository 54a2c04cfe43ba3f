// The public door.

export { NO_LIMITS, parseHome, type Account, type AccountLimits, type Home } from './account.ts';
export type { AuthBackend, BackendResult, LoginAttempt } from './backend.ts';
export { AuthChain, type AuthResult } from './chain.ts';
export { createBackend, LoginMethodError } from './login-method.ts';
export { PureDBBackend, type PureDBBackendOptions } from './puredb-backend.ts';
