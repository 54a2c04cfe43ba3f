import { systemErrorText } from '@pure-ftpd/cli';
import { encodeText, printableName } from '@pure-ftpd/protocol';
import { readScoreboard, type ReadOptions, ScoreboardError } from '@pure-ftpd/scoreboard';

import { formatFragment } from './formats/fragment.ts';
import { formatJson } from './formats/json.ts';
import { formatPlist } from './formats/plist.ts';
import { formatShell } from './formats/shell.ts';
import { formatText } from './formats/text.ts';
import { formatXml } from './formats/xml.ts';
import { HostNames } from './host-names.ts';
import { parseCommandLine, type Request } from './options.ts';
import { CGI_HEAD, formatPage, formatTroublePage, type PageOptions, refreshOf } from './page/page.ts';
import { ReportError, reportBytes } from './reports/report-file.ts';
import { type SessionView, viewOf } from './session-view.ts';
import { USAGE } from './usage.ts';

/** Exit statuses: those of the C program. */
const STATUS = { done: 0, notRoot: 1, noScoreboard: 255, noTerminal: 2, badReport: 3 } as const;

/** What the program meets outside. */
export interface World {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user may see a scoreboard: root that of the machine, others their own. */
  readonly mayLook: boolean;
  /** Standard output is a terminal: names must not control it. */
  readonly isTerminal: boolean;
  /** Unix time in seconds. */
  readonly now: () => bigint;
  readonly print: (bytes: Uint8Array) => void;
  /** One line on standard error. */
  readonly warn: (message: string) => void;
  /** The scoreboard; that of the system unless told. */
  readonly scoreboard?: ReadOptions;
}

/** A character for each byte. */
function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function reason(error: ScoreboardError): string {
  const cause =
    error.cause === undefined || error.code === 'SCOREBOARD_MISSING' ? '' : `: ${systemErrorText(error.cause)}`;
  return `${error.message}${cause}${error.code === 'SCOREBOARD_MISSING' ? ': no server has run here yet' : ''}`;
}

/** The sessions of other hosts. What reads XML is loaded for them alone. */
async function reported(reports: readonly string[], now: bigint): Promise<SessionView[]> {
  const { readReport } = await import('./reports/read-report.ts');
  return reports.flatMap((name) => readReport(reportBytes(name), name, now));
}

/** What is read at one moment, with the names of hosts. */
async function look(request: Request, world: World, now: bigint): Promise<SessionView[]> {
  if (request.reports.length > 0) return reported(request.reports, now);
  const entries = readScoreboard(world.scoreboard);
  const names = new HostNames(!request.numeric);
  await names.resolve(entries.flatMap(({ peer, local }) => [peer, local]));
  return entries.map((entry) => viewOf(entry, now, { peer: names.of(entry.peer), local: names.of(entry.local) }));
}

function pageOptions({ cgi }: Request, { environment }: World, now: bigint): PageOptions {
  return { now, refresh: refreshOf(cgi ? (environment['QUERY_STRING'] ?? '') : undefined), isLive: cgi };
}

function html(views: readonly SessionView[], request: Request, world: World, now: bigint): Buffer {
  if (request.fragment) return latin1(`${request.cgi ? 'Content-Type: text/html\n\n' : ''}${formatFragment(views)}`);
  const page = formatPage(views, pageOptions(request, world, now));
  return encodeText(`${request.cgi ? `${CGI_HEAD}\n\n` : ''}${page}`);
}

/** The bytes of a name as a terminal may get them: nothing in it moves the cursor or changes colours. */
function terminalName(name: string): string {
  return encodeText(printableName(name)).toString('latin1');
}

function render(views: readonly SessionView[], request: Request, world: World, now: bigint): Buffer {
  switch (request.format) {
    case 'shell': {
      return latin1(formatShell(views));
    }
    case 'xml': {
      return latin1(formatXml(views));
    }
    case 'plist': {
      return latin1(formatPlist(views));
    }
    case 'json': {
      return Buffer.from(formatJson(views, now));
    }
    case 'html': {
      return html(views, request, world, now);
    }
    case 'text':
    // The live table is not rendered here.
    case 'watch': {
      const { verbose } = request;
      return latin1(formatText(views, world.isTerminal ? { verbose, name: terminalName } : { verbose }));
    }
    default: {
      return request.format satisfies never;
    }
  }
}

/**
 * Runs pure-ftpwho, but for its live table.
 * @returns The exit status, or what the live table is to be like.
 */
export async function run(words: readonly string[], world: World): Promise<number | Request> {
  const request = parseCommandLine(words, world.environment['GATEWAY_INTERFACE'] !== undefined);
  if (!world.mayLook && (request?.reports ?? []).length === 0) {
    world.print(latin1('You must be root to run this. Sorry.\n'));
    return STATUS.notRoot;
  }
  if (request === undefined) {
    world.print(latin1(USAGE));
    return STATUS.done;
  }
  if (request.format === 'watch') {
    if (request.reports.length > 0) {
      world.warn('--watch shows the sessions of this machine: leave out --from');
      return STATUS.noTerminal;
    }
    if (world.isTerminal) return request;
    world.warn('--watch needs a terminal');
    return STATUS.noTerminal;
  }
  const now = world.now();
  try {
    const views = await look(request, world, now);
    world.print(render(views, request, world, now));
    return STATUS.done;
  } catch (error) {
    if (error instanceof ReportError) {
      world.warn(error.message);
      return STATUS.badReport;
    }
    if (!(error instanceof ScoreboardError)) throw error;
    const message = reason(error);
    // A web server shows nobody what a program wrote on standard error.
    if (request.cgi && request.format === 'html' && !request.fragment) {
      const page = formatTroublePage(message, pageOptions(request, world, now));
      world.print(encodeText(`Status: 503 Service Unavailable\n${CGI_HEAD}\n\n${page}`));
    }
    world.warn(message);
    return STATUS.noScoreboard;
  }
}
