// Why something could not be done, as data: a catalogue says it in the language of the session.

/**
 * What may be said in several languages. `text` is English and complete; a catalogue that has words of its own for `name` says
 * those, with `values` put in. A developer's own words have no name, and are said as they are.
 */
export interface NamedText {
  readonly name?: string;
  readonly text: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Its name is one of `REASONS`, one of the daemon's, or the code of an error of the system (`ENOENT`). */
export type Reason = NamedText;

/** The engine's reasons, in English. What stands in braces is a value. */
export const REASONS = {
  addressUnknown: 'The address of {host} is not known',
  cannotListen: 'Cannot listen',
  clientGone: 'The client has gone',
  connectionGone: 'The connection is gone',
  controlNeverProtected: 'The control connection was never protected',
  endpointRequired: 'Say PASV, EPSV, PORT or EPRT first',
  fileExists: 'File exists',
  fileShortened: 'The file has become shorter',
  handshakeTooSlow: 'It took too long',
  nameUnwritable: 'The name cannot be written in the character set of the server',
  noAnswer: 'No answer from the client',
  noConnection: 'No connection',
  noPort: 'No port is free',
  nobodyConnected: 'Nobody connected in time',
  notPermitted: 'Not enough privileges',
  passiveNeedsIPv4: 'PASV is for IPv4, use EPSV',
  portClosed: 'The passive port was closed',
  rootRemoved: 'The root directory cannot be removed',
  rootRenamed: 'The root directory cannot be renamed',
  serverNameRefused: 'The server name {serverName} is refused',
  shuttingDown: 'The server is shutting down',
  transferAborted: 'Transfer aborted',
  unsupported: 'Operation not supported by this file system',
} as const;

/** What is wrong with the argument of a command, in English. */
export const ARGUMENT_REASONS = {
  addressExpected: '|family|address|port| is expected',
  bytesExpected: 'a number of bytes is expected',
  factsAndNameExpected: 'facts and a file name are expected',
  factsUnended: 'facts end with a semicolon',
  hostExpected: 'a host name is expected',
  modeAndNameExpected: 'an octal mode and a file name are expected',
  networkProtocolUnknown: 'unknown network protocol',
  noSuchCommand: 'no such command',
  noSuchOption: 'no such option',
  numberExpected: 'a number is expected',
  secondsExpected: 'seconds up to {most} are expected',
  sixNumbersExpected: 'six numbers below 256 are expected',
  structureUnknown: 'unknown structure',
  tagExpected: 'a language tag is expected',
  timeAndNameExpected: 'a time and a file name are expected',
  timeExpected: 'a time YYYYMMDDHHMMSS is expected',
  timesExpected: 'a time and a file, or a file and three times with UTC are expected',
  transferModeUnknown: 'unknown mode',
} as const;

export type ReasonName = keyof typeof REASONS;
export type ArgumentReasonName = keyof typeof ARGUMENT_REASONS;

const ALL_REASONS = { ...REASONS, ...ARGUMENT_REASONS } as const;

/** A reason of the engine's. */
export function reason(name: ReasonName | ArgumentReasonName, values?: Reason['values']): Reason {
  return namedReason(ALL_REASONS, name, values);
}

/** A reason of a table. @param values What is put in the braces of its text. */
export function namedReason<Name extends string>(
  table: Readonly<Record<Name, string>>,
  name: Name,
  values?: Reason['values'],
): Reason {
  if (values === undefined) return { name, text: table[name] };
  return { name, text: filled(table[name], values), values };
}

/** Texts that were filled before, each as what is between the names, and the names in between: replies are made of few texts. */
const templates = new Map<string, readonly string[]>();

/** Texts that are kept: more than all languages have. Who makes texts up as they go does not fill the memory. */
const TEMPLATES = 20_000;

/** A text with values in place of their names in braces. A name that has no value stays as it is. */
export function filled(text: string, values: NonNullable<Reason['values']>): string {
  const parts = templateOf(text);
  let said = parts[0] ?? '';
  for (let at = 1; at < parts.length; at += 2) {
    const name = parts[at] ?? '';
    said += `${Object.hasOwn(values, name) ? values[name] : `{${name}}`}${parts[at + 1] ?? ''}`;
  }
  return said;
}

function templateOf(text: string): readonly string[] {
  const known = templates.get(text);
  if (known !== undefined) return known;
  const template = text.split(/\{(\w+)\}/);
  if (templates.size < TEMPLATES) templates.set(text, template);
  return template;
}
