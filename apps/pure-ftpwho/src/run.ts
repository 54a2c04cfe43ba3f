import { encodeText, printableName } from '@pure-ftpd/protocol';
import type { ReadOptions } from '@pure-ftpd/scoreboard';
import {
  CGI_HEAD,
  controlSource,
  formatFragment,
  formatJson,
  formatPage,
  formatPlist,
  formatShell,
  formatText,
  formatTroublePage,
  formatXml,
  type PageOptions,
  problemOf,
  refreshOf,
  ReportError,
  scoreboardSource,
  type SessionView,
} from '@pure-ftpd/status';

import { parseCommandLine, type Request } from './options.ts';
import { USAGE } from './usage.ts';

/** Exit statuses: those of the C program. */
const STATUS = { done: 0, notRoot: 1, noScoreboard: 255, noTerminal: 2, badReport: 3 } as const;

/** What the program meets outside. */
export interface World {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user may see sessions: root those of the machine, others their own, and those of a server that they may ask. */
  readonly mayLook: boolean;
  /** They are asked of the server, on its control socket. */
  readonly asks?: boolean;
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

/** What is read at one moment, with the names of hosts. What reads XML is loaded for reports alone. */
async function look({ reports, numeric }: Request, { scoreboard, asks }: World, now: bigint): Promise<SessionView[]> {
  if (reports.length > 0) return (await import('@pure-ftpd/status/reports')).reportsSource(reports).look(now);
  if (asks === true) return controlSource({ numeric, waitsForNames: true }).look(now);
  return scoreboardSource({
    numeric,
    waitsForNames: true,
    ...(scoreboard === undefined ? {} : { place: scoreboard }),
  }).look(now);
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
    const message = problemOf(error);
    if (message === undefined) throw error;
    if (error instanceof ReportError) {
      world.warn(message);
      return STATUS.badReport;
    }
    // A web server shows nobody what a program wrote on standard error.
    if (request.cgi && request.format === 'html' && !request.fragment) {
      const page = formatTroublePage(message, pageOptions(request, world, now));
      world.print(encodeText(`Status: 503 Service Unavailable\n${CGI_HEAD}\n\n${page}`));
    }
    world.warn(message);
    return STATUS.noScoreboard;
  }
}
