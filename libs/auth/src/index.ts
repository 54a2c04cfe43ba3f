// The public door.

export { NO_LIMITS, parseHome, type Account, type AccountLimits, type Home } from './account.ts';
export type { AuthBackend, BackendResult, LoginAttempt, LoginSession } from './backend.ts';
export { AuthChain, type AuthResult } from './chain.ts';
export { confinementOf, isTrusted, type Confinement, type ConfinementRule } from './confinement.ts';
export { failureDelay, MAX_LOGIN_FAILURES } from './failure-delay.ts';
export { createBackend, LoginMethodError } from './login-method.ts';
export { LoginService, type LoginAnswer, type LoginServiceOptions } from './login-service.ts';
export type { PamHelperProcess, StartPamHelper } from './pam/helper-process.ts';
export { PureDBBackend, type PureDBBackendOptions } from './puredb-backend.ts';
export { systemIdentity, type SystemIdentity } from './system-identity.ts';
