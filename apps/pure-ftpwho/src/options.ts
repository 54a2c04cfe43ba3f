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
}

type Mutable = { -readonly [Key in keyof Request]: Request[Key] };

interface Row extends OptionSpec {
  readonly apply: 'help' | ((request: Mutable) => void);
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

const OPTIONS: readonly Row[] = [
  { short: 'c', description: 'CGI: header line and HTML fragment', apply: cgi },
  { short: 'C', description: 'the same', apply: cgi },
  { short: 'h', long: 'help', description: 'help', apply: 'help' },
  { short: 'H', description: 'addresses as numbers', apply: numeric },
  { short: 'n', description: 'the same', apply: numeric },
  { short: 'p', description: 'plist', apply: format('plist') },
  { short: 's', description: 'for shell scripts', apply: format('shell') },
  { short: 'v', description: 'verbose text', apply: verbose },
  { short: 'w', description: 'HTML page', apply: format('html') },
  { short: 'W', description: 'HTML fragment', apply: fragment },
  { short: 'x', description: 'XML', apply: format('xml') },
  { long: 'json', description: 'JSON', apply: format('json') },
  { long: 'watch', description: 'live table', apply: format('watch') },
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
  };
  try {
    for (const { spec } of parseOptions(OPTIONS, words).options) {
      if (spec.apply === 'help') return undefined;
      spec.apply(request);
    }
    return request;
  } catch (error) {
    if (error instanceof OptionError) return undefined;
    throw error;
  }
}
