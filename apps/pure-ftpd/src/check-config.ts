// --check-config: all that a start with a configuration file would refuse.
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';

import { checkMethod, hasAccountServer, type LoginMethod, methodText } from '@pure-ftpd/auth';
import {
  applySettings,
  commandLineOf,
  complete,
  type Configuration,
  defaults,
  listenAddresses,
  readConfigFile,
  type Setting,
  StartError,
} from '@pure-ftpd/options';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

import { Log } from './log/log.ts';
import { refusePam, unreadableDatabases } from './process/accounts.ts';
import { identityFor, isRoot } from './process/identity.ts';
import { controlGroupId } from './process/open-control.ts';
import { probeAccounts } from './process/probe-accounts.ts';
import { LocalCertificates } from './tls/local-certificates.ts';
import { isTlsWanted, makeTlsService } from './tls/make-tls-service.ts';

/** What there is to say of a configuration file. Each line has file, line and key where one is to blame. */
export interface Findings {
  /** What the start refuses. */
  readonly problems: readonly string[];
  /** What it only warns of. */
  readonly warnings: readonly string[];
  /** Servers of accounts that have answered as they should, a line each. */
  readonly answers: readonly string[];
  /** The command line that the file stands for. */
  readonly commandLine: string;
}

/** Something that is tried at the start, and the options that are to blame when it fails, the likeliest first. */
interface Trial {
  readonly options: readonly string[];
  try(configuration: Configuration): void | Promise<void>;
}

/** Nobody is told of what the trials would log: what matters fails them. */
const SILENT = new Log([]);

const TRIALS: readonly Trial[] = [
  { options: ['control-group'], try: ({ controlGroup }) => void controlGroupId(controlGroup) },
  { options: ['user'], try: ({ user }) => void identityFor(user) },
  {
    options: ['login'],
    try({ logins, user }) {
      const isAlone = user !== undefined || !isRoot();
      if (isAlone && logins.some(({ name }) => name === 'pam')) refusePam();
    },
  },
  {
    options: ['bind', 'implicit-tls', 'ipv4only', 'ipv6only'],
    try: async (configuration) => void (await listenAddresses(configuration)),
  },
  { options: ['log-file'], try: ({ logFile }) => tryLogFile(logFile) },
  { options: ['certfile', 'tls', 'implicit-tls'], try: ({ tls }) => tryTls({ ...tls, ciphers: undefined }) },
];

/** Opening it would make it. */
function tryLogFile(file: string | undefined): void {
  if (file === undefined) return;
  try {
    accessSync(existsSync(file) ? file : path.dirname(file), constants.W_OK);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new StartError(`--log-file: ${errorText(error)}: ${file}`, undefined, { cause: error });
  }
}

async function tryTls(tls: Configuration['tls']): Promise<void> {
  if (!isTlsWanted(tls)) return;
  const certificates = await LocalCertificates.open(tls, SILENT);
  try {
    makeTlsService(tls, certificates, SILENT);
  } finally {
    await certificates.close();
  }
}

/**
 * Tries everything, also what comes behind a problem.
 * @param connects Asks servers of accounts, too.
 */
export async function checkConfigFile(file: string, connects: boolean): Promise<Findings> {
  const { settings, problems } = readConfigFile(file);
  const draft = defaults();
  const found = [...problems, ...applySettings(draft, settings)].map(({ message }) => message);
  const blame = (options: readonly string[]): string => {
    const setting = options.map((long) => settings.findLast(({ option }) => option.long === long)).find(Boolean);
    return setting?.where ?? file;
  };
  const trial = async (options: readonly string[], work: () => unknown): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      const line = `${blame(options)}: ${error.message}`;
      if (!found.includes(line)) found.push(line);
      return false;
    }
  };
  await trial(['implicit-tls', 'tls'], () => complete(draft));
  let hasCertificate = true;
  for (const each of TRIALS) hasCertificate = await trial(each.options, () => each.try(draft));
  // With the certificate, which was the last, there is nothing but -J that can be wrong.
  if (hasCertificate) await trial(['tlsciphersuite'], () => tryTls(draft.tls));
  const answers: string[] = [];
  for (const method of connects ? draft.logins.filter(hasAccountServer) : []) {
    const problem = await probeAccounts(method);
    if (problem === undefined) answers.push(`${methodText(method)}: it answers, and takes every query`);
    else found.push(`${blameMethod(settings, method) ?? file}: ${problem}`);
  }
  const warnings = [
    ...draft.logins.flatMap(checkMethod),
    ...unreadableDatabases(draft).map((reason) => `${blame(['login'])}: ${reason}`),
  ];
  return { problems: inLineOrder(found, file), warnings, answers, commandLine: commandLineOf(settings) };
}

/** What is wrong in a line comes before what is wrong in those below it; then what no line is to blame for. */
function inLineOrder(problems: readonly string[], file: string): string[] {
  const lineOf = (problem: string): number => {
    if (!problem.startsWith(`${file}:`)) return Infinity;
    const number = Number.parseInt(problem.slice(file.length + 1), 10);
    return Number.isNaN(number) ? Infinity : number;
  };
  const places = problems.map((problem) => ({ problem, line: lineOf(problem) }));
  return places.toSorted((a, b) => (a.line === b.line ? 0 : a.line - b.line)).map(({ problem }) => problem);
}

/** Where a file asks for a method. */
function blameMethod(settings: readonly Setting[], { name, path: of }: LoginMethod): string | undefined {
  const asks = (value: string): boolean =>
    value.toLowerCase().startsWith(name) && path.resolve(value.slice(value.indexOf(':') + 1)) === of;
  return settings.find(({ option, value }) => option.long === 'login' && asks(value))?.where;
}
