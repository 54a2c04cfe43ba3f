// The public door.

export {
  type AnswerLine,
  type BanItem,
  type DoneOf,
  type ErrorCode,
  type Failure,
  type Greeting,
  type Items,
  type SessionItem,
} from './answers.ts';
export { type Answer, ControlClient, ControlError, type ControlErrorCode } from './client.ts';
export { lineOf, LineReader, LineTooLong } from './lines.ts';
export {
  type Asked,
  checkRequest,
  CONNECTIONS,
  CONTROL_SOCKET,
  CONTROL_VERSION,
  type ControlRequest,
  type ControlRequestType,
  isForOwner,
  LINE_BYTES,
  REQUEST_TYPES,
  type RequestOf,
  type Target,
} from './requests.ts';
