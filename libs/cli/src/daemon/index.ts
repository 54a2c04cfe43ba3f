// The door for programs that run for long.

export { type DaemonEvents, type DaemonLog, type DaemonProgram, runDaemon, type StartEnd } from './daemon-program.ts';
export { handOverReport, isInBackground, reportStart, startInBackground, type StartReport } from './background.ts';
export { becomeIdentity, IdentityError, MAX_ID, type Identity } from './identity.ts';
export { PidFile } from './pid-file.ts';
export {
  type QuestionDaemon,
  questionDaemonProgram,
  type QuestionDaemonOptions,
  questionOptions,
  UsageError,
} from './question-daemon.ts';
export { QuestionServer, SocketError, type QuestionServerOptions } from './question-server.ts';
export { runProgram, type ProgramEnd, type ProgramRun } from './run-program.ts';
