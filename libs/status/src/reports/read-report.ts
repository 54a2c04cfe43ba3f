// The sessions of another host, from what its `pure-ftpwho -x` printed: ours or the C program's (spec scoreboard-ftpwho section 5.6).
import { decodeName, printableName } from '@pure-ftpd/protocol';
import { XMLParser, XMLValidator } from 'fast-xml-parser';

import type { SessionView } from '../session-view.ts';
import { ReportError } from './report-file.ts';

/** The five entities that XML has by itself, as the parser finds them. */
const ENTITY = /&(?!(?:lt|gt|amp|quot|apos);)/;

/** What begins a definition of more of them. */
const DEFINITION = /<!(?:DOCTYPE|ENTITY)/i;

const STATES: ReadonlyMap<string, SessionView['state']> = new Map([
  ['IDLE', 'idle'],
  [' DL ', 'download'],
  [' UL ', 'upload'],
  ['ERR!', 'unknown'],
]);

/** Digits that fit 64 bits. */
const NUMBER = /^\d{1,19}$/;

/** A line of the C program, which leaves double quotes in names as they are: by turns what stands around names, and a name. */
const C_LINE =
  /^(?!.* (?:account|file)_encoded=")( {2}<client pid="\d+" account=")(.*)(" time="\d+" state="[^"]*" file=")(.*)(" host=")(.*)(" localhost=")(.*)(" localport="\d+"(?: \w+="\d*")* \/>)$/;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  isArray: (name) => name === 'client',
});

/**
 * Reads a report.
 * @param name What errors call it.
 * @param now Unix time in seconds, of whoever reads it.
 * @throws ReportError
 */
export function readReport(bytes: Buffer, name: string, now: bigint): SessionView[] {
  // A character for each byte: so the bytes of names come back whole, whatever encoding they are in.
  const text = withEscapedQuotes(bytes.toString('latin1'));
  if (DEFINITION.test(text)) throw new ReportError(`${name}: it defines entities, which no report does`);
  if (ENTITY.test(text)) throw new ReportError(`${name}: it has entities beyond those of XML itself`);
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new ReportError(`${name}: no XML: line ${valid.err.line}: ${printableName(valid.err.msg)}`);
  return clientsOf(parser.parse(text), name).map((client, index) => viewOf(new Client(client, name), index, now));
}

/** The document as the C program means it. */
function withEscapedQuotes(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const [, ...pieces] = C_LINE.exec(line) ?? [line, line];
      return pieces.map((piece, index) => (index % 2 === 1 ? piece.replaceAll('"', '&quot;') : piece)).join('');
    })
    .join('\n');
}

function clientsOf(document: unknown, name: string): unknown[] {
  const status = field(document, 'status');
  const clients = field(status, 'client') ?? [];
  const others = isObject(status) ? Object.keys(status).filter((key) => key !== 'client' && key !== '#text') : [];
  const isEmpty = typeof status === 'string' && status.trim() === '';
  if ((!isObject(status) && !isEmpty) || others.length > 0 || !Array.isArray(clients))
    throw new ReportError(`${name}: no report of pure-ftpwho -x: <status> with <client> in it is expected`);
  return clients;
}

/** One element of a report. */
class Client {
  readonly #attributes: unknown;
  readonly #report: string;

  constructor(attributes: unknown, report: string) {
    this.#attributes = attributes;
    this.#report = report;
  }

  /** An attribute, a character for each byte. */
  text(key: string): string {
    const value = field(this.#attributes, key);
    if (typeof value !== 'string') throw new ReportError(`${this.#report}: a client without ${key}`);
    return value;
  }

  /** An attribute that need not be there. */
  number(key: string): bigint {
    const value = field(this.#attributes, key) ?? '0';
    if (typeof value !== 'string' || !NUMBER.test(value))
      throw new ReportError(`${this.#report}: ${key} is no number: ${JSON.stringify(value)}`);
    return BigInt(value);
  }

  /** A name: its bytes are told apart where XML could not have them. */
  name(key: string): string {
    const encoded = field(this.#attributes, `${key}_encoded`);
    const bytes = typeof encoded === 'string' ? percentDecoded(encoded) : this.text(key);
    return decodeName(Buffer.from(bytes, 'latin1'));
  }
}

function viewOf(client: Client, index: number, now: bigint): SessionView {
  const state = STATES.get(client.text('state')) ?? 'unknown';
  const [since, restart, current, total] = (['time', 'resume', 'current_size', 'total_size'] as const).map((key) =>
    client.number(key),
  );
  const bytesPerSecond = client.number('bandwidth');
  const moved = (current ?? 0n) - (restart ?? 0n);
  const hosts = { peer: client.name('host'), local: client.name('localhost') };
  const pid = Number(client.number('pid'));
  return {
    key: `${hosts.local} ${pid} ${index}`,
    pid,
    login: client.name('account'),
    file: client.name('file'),
    state,
    hosts,
    peer: { family: 4, address: hosts.peer, port: 0 },
    local: { family: 4, address: hosts.local, port: Number(client.number('localport')) },
    start: now - (since ?? 0n),
    since: since ?? 0n,
    transferSince: bytesPerSecond > 0n && moved > 0n ? moved / bytesPerSecond : 0n,
    restart: restart ?? 0n,
    current: current ?? 0n,
    total: total ?? 0n,
    percentage: client.number('percentage'),
    bytesPerSecond,
    kilobytesPerSecond: bytesPerSecond / 1024n,
  };
}

function percentDecoded(text: string): string {
  return text.replaceAll(/%([\dA-F]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function field(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
