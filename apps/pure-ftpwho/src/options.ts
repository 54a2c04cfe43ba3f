import { OptionError, type OptionSpec, parseOptions } from '@pure-ftpd/cli';

export type Format = 'text' | 'shell' | 'xml' | 'plist' | 'html' | 'json' | 'watch';

/** What a command line asks for. */
export interface Request {
  readonly format: Format;
  /** Text with sizes and local addresses. */
  readonly verbose: boolean;
  /** HTML to be put into another page. */
  readonly fragment: boolean;
  /** HTML comes behind the header lines of a CGI answer. */
  readonly cgi: boolean;
  /** Addresses stay numbers. */
  readonly numeric: boolean;
  /** Reports of other hosts, which are shown instead of the scoreboard: files, `-` for standard input. */
  readonly reports: readonly string[];
}

type Mutable = { -readonly [Key in keyof Request]: Request[Key] };

interface Row extends OptionSpec {
  readonly apply: 'help' | ((request: Mutable, value: string) => void);
}

function format(name: Format): (request: Mutable) => void {
  return (request) => void (request.format = name);
}

function fragment(request: Mutable): void {
  request.format = 'html';
  request.fragment = true;
}

/** `-c` gives a fragment, against what its description says, and pages include it so (spec scoreboard-ftpwho section 5.2). */
function cgi(request: Mutable): void {
  fragment(request);
  request.cgi = true;
}

function numeric(request: Mutable): void {
  request.numeric = true;
}

function verbose(request: Mutable): void {
  request.verbose = true;
}

function from(request: Mutable, value: string): void {
  request.reports = [...request.reports, value];
}

export const OPTIONS: readonly Row[] = [
  { short: 'c', description: 'for a web server: a header line, and HTML for another page', apply: cgi },
  { short: 'C', description: 'as -c', apply: cgi },
  { short: 'h', long: 'help', description: 'print this page; -h prints the usage of the C program', apply: 'help' },
  { short: 'H', description: 'show addresses, not names of hosts', apply: numeric },
  { short: 'n', description: 'as -H', apply: numeric },
  { short: 'p', description: 'a property list of Apple and GNUstep', apply: format('plist') },
  { short: 's', description: 'a line for each session, for shell scripts', apply: format('shell') },
  { short: 'v', description: 'a table with sizes and local addresses', apply: verbose },
  { short: 'w', description: 'a page of HTML', apply: format('html') },
  { short: 'W', description: 'HTML for another page', apply: fragment },
  { short: 'x', description: 'XML', apply: format('xml') },
  {
    long: 'from',
    argument: 'file',
    values: 'file',
    description:
      'show the sessions of this report, which -x has printed on another host (-: standard input); may be repeated',
    apply: from,
  },
  { long: 'json', description: 'JSON', apply: format('json') },
  { long: 'watch', description: 'a live table in the terminal, until q is pressed', apply: format('watch') },
];

/**
 * Reads a command line: of several formats the last counts, words that are no options mean nothing.
 * @param isGateway Called by a web server, which says so in `GATEWAY_INTERFACE`.
 * @returns undefined when the usage is to be shown.
 */
export function parseCommandLine(words: readonly string[], isGateway: boolean): Request | undefined {
  const request: Mutable = {
    format: isGateway ? 'html' : 'text',
    verbose: false,
    fragment: false,
    cgi: isGateway,
    numeric: false,
    reports: [],
  };
  try {
    for (const { spec, value } of parseOptions(OPTIONS, words).options) {
      if (spec.apply === 'help') return undefined;
      spec.apply(request, value);
    }
    return request;
  } catch (error) {
    if (error instanceof OptionError) return undefined;
    throw error;
  }
}
