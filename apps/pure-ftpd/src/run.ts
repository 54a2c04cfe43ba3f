import { tellsAbout, versionText, writeAll } from '@pure-ftpd/cli';
import { isInBackground, reportStart, startInBackground } from '@pure-ftpd/cli/daemon';
import { lackingIn, PureFtpdLanguages, type Sentences } from '@pure-ftpd/messages';
import {
  CheckRequest,
  type Configuration,
  defaults,
  ExitStatus,
  HelpRequest,
  MessagesRequest,
  parseCommandLine,
  StartError,
  VersionRequest,
} from '@pure-ftpd/options';
import { NativeUnavailableError } from '@pure-ftpd/posix';

import { helpList, helpPage } from './help.ts';
import type { Log } from './log/log.ts';
import { missingLog, openLog } from './log/open-log.ts';
import type { ConfigurationSource } from './process/configuration-source.ts';
import { InetdClient } from './process/inetd/inetd-client.ts';
import { type Identity, identityFor, isRoot } from './process/identity.ts';
import { supervise } from './process/supervisor/supervise.ts';
import { SupervisorLink } from './process/supervisor/supervisor-link.ts';
import { configurationSource } from './read-again.ts';
import { VERSION } from './version.ts';
import { ABOUT, commandLine, readWrapped, WRAPPER } from './wrapper.ts';

/** Names the program as it was called, in the environment of a process that the launcher has started. */
const NAME_VARIABLE = 'PURE_FTPD_PROGRAM_NAME';

/**
 * Runs pure-ftpd.
 * @param words What follows the program's name.
 * @returns The exit status.
 */
export async function run(words: readonly string[]): Promise<number> {
  try {
    return await start(words);
  } catch (error) {
    if (error instanceof HelpRequest) return print(isForScript(words) ? helpList() : helpPage());
    if (error instanceof VersionRequest) return print(`${versionText({ program: 'pure-ftpd', version: VERSION })}\n`);
    if (error instanceof CheckRequest) return check(error);
    if (error instanceof MessagesRequest) return print(new PureFtpdLanguages().fileOf(error.tag));
    if (error instanceof NativeUnavailableError) return fail(error.message, ExitStatus.failed);
    if (!(error instanceof StartError)) throw error;
    return fail(error.message, error.status);
  }
}

/** Says why there is no server, to whoever waits for it. @returns The exit status. */
function fail(message: string, status: number): number {
  if (isInBackground()) reportStart({ status, message });
  else if (!refuseClient(message)) complain(message);
  return status;
}

/** Whether help goes to a program that may know the list of the C server: a person writes `--help`, or reads it on a terminal. */
function isForScript(words: readonly string[]): boolean {
  return !process.stdout.isTTY && !words.some((word) => word.startsWith('--h'));
}

/** What the wrapper was asked for: the options of the tree in place of its own, or nothing but to print them. */
async function startWrapped(words: readonly string[]): Promise<number> {
  if (tellsAbout(ABOUT, words)) return ExitStatus.done;
  const wrapped = readWrapped(words, process.env);
  if (wrapped.print !== undefined)
    return print(`${wrapped.print === 'command' ? commandLine(wrapped) : wrapped.words.join(' ')}\n`);
  // The processes of the server are started with what is there now.
  process.argv.splice(2, process.argv.length, ...wrapped.words);
  process.env[NAME_VARIABLE] = wrapped.name;
  return start(wrapped.words);
}

async function start(words: readonly string[]): Promise<number> {
  if (process.env[NAME_VARIABLE] === WRAPPER) return startWrapped(words);
  const configuration = parseCommandLine(words, process.env[NAME_VARIABLE]);
  const identity = identityFor(configuration.user);
  // In the background there is a server for everybody, whoever started it.
  if (configuration.daemonize && !isInBackground()) return inBackground(words, configuration);
  const supervisor = SupervisorLink.find();
  const client = isInBackground() || supervisor !== undefined ? undefined : InetdClient.find();
  if (supervisor === undefined && client === undefined) return supervise(identity);
  const log = openLog(configuration, isInBackground() || client !== undefined);
  const source = configurationSource(words, configuration, process.env[NAME_VARIABLE], process.cwd());
  if (isInBackground()) process.chdir('/');
  try {
    client?.take();
    tellLacking(configuration, log);
    await serve(source, log, identity, supervisor, client);
  } catch (error) {
    if (client === undefined || !(error instanceof StartError)) throw error;
    log.write('ERROR', error.message);
    client.refuse(sentencesOf(configuration));
    return error.status;
  } finally {
    log.close();
  }
  return ExitStatus.done;
}

async function serve(
  source: ConfigurationSource,
  log: Log,
  identity: Identity | undefined,
  supervisor: SupervisorLink | undefined,
  client: InetdClient | undefined,
): Promise<void> {
  if (isRoot() && identity === undefined) {
    const { serveAsMonitor } = await import('./process/monitor/serve-as-monitor.ts');
    await serveAsMonitor(source, log, started, supervisor, client);
  } else {
    const { serveAlone } = await import('./process/alone/serve-alone.ts');
    await serveAlone(source, log, identity, started, supervisor, client);
  }
}

/** Tells how much of new languages is English. */
function tellLacking({ messages }: Configuration, log: Log): void {
  const builtIn = new PureFtpdLanguages();
  for (const custom of messages.filter(({ tag }) => !builtIn.offered.includes(tag)))
    log.write('WARNING', `--messages: ${custom.tag} lacks ${lackingIn(custom)} sentences, which are in English`);
}

/** What is said to a client who is not served. */
function sentencesOf({ language, messages }: Configuration): Sentences {
  return new PureFtpdLanguages(language, undefined, messages).sentencesOf(language);
}

/** Tells the client of descriptor 0 that there is no service, and the system's log why; false where there is none. */
function refuseClient(message: string): boolean {
  const client = InetdClient.find();
  if (client === undefined) return false;
  const log = openLog(defaults(), true);
  log.write('ERROR', message);
  log.close();
  try {
    client.take();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
  }
  client.refuse(sentencesOf(defaults()));
  return true;
}

async function inBackground(words: readonly string[], configuration: Configuration): Promise<number> {
  const missing = missingLog(configuration);
  if (missing !== undefined) complain(missing);
  const { status, message } = await startInBackground(words);
  if (message !== undefined) complain(message);
  return status;
}

/** Says all that is wrong with a configuration file; or that nothing is, and what it stands for. */
async function check({ file, connects }: CheckRequest): Promise<number> {
  const { checkConfigFile } = await import('./check-config.ts');
  const { problems, warnings, answers, commandLine } = await checkConfigFile(file, connects);
  for (const problem of [...problems, ...warnings]) complain(problem);
  for (const answer of answers) print(`# ${answer}\n`);
  if (problems.length > 0) return ExitStatus.badConfiguration;
  return print(`# ${file}: ok\n${commandLine}`);
}

/** Clients are served. */
function started(): void {
  if (isInBackground()) reportStart({ status: ExitStatus.done });
}

function print(text: string): number {
  writeAll(1, Buffer.from(text));
  return ExitStatus.done;
}

/** One line on standard error. */
function complain(message: string): void {
  writeAll(2, Buffer.from(`pure-ftpd: ${message.replaceAll(/[\r\n]+/g, ' ')}\n`));
}
