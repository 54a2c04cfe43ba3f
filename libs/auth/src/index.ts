// The public door.

export { NO_LIMITS, parseHome, type Account, type AccountLimits, type Home } from './account.ts';
export type { AuthBackend, BackendResult, LoginAttempt, LoginSession, LogLevel } from './backend.ts';
export { AuthChain, type AuthResult } from './chain.ts';
export { isTrusted } from './trusted.ts';
export { failureDelay, MAX_LOGIN_FAILURES, type RefusalDelays, refusalDelays } from './failure-delay.ts';
export { createHome, type HomeOptions } from './home-directory.ts';
export {
  checkMethod,
  createBackend,
  hasAccountServer,
  METHOD_FORMS,
  METHOD_NAMES,
  openBackend,
  parseLoginMethod,
  whyUnusable,
} from './login-method.ts';
export type { LdapKey } from './ldap/configuration.ts';
export { LoginService, type LoginAnswer, type LoginServiceOptions } from './login-service.ts';
export { type BackendServices, type LoginMethod, LoginMethodError, methodText } from './method.ts';
export { HELPER_DESCRIPTOR, runPamHelper } from './pam/helper.ts';
export { type HelperProcess, spawnHelper, type StartHelper } from './helper/helper-process.ts';
export { PamBackend, type PamBackendOptions } from './pam/pam-backend.ts';
export { type PamAnswer, PamPool, type PamPoolOptions } from './pam/pool.ts';
export { PureDBBackend, type PureDBBackendOptions } from './puredb-backend.ts';
export { OpeningBackend } from './opening-backend.ts';
export { type BackendHelperOptions, runBackendHelper } from './remote/backend-helper.ts';
export { probeRemotely } from './remote/probe.ts';
export { RemoteBackend, type RemoteBackendOptions } from './remote/remote-backend.ts';
export { sourceOf } from './source-of.ts';
export { sqlKeys } from './sql/configuration.ts';
export { systemIdentity, type SystemIdentity } from './system-identity.ts';
export { UnixBackend } from './unix-backend.ts';
