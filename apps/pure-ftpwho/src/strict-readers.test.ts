// Whatever clients call their accounts and files, a strict reader takes the report of all of them.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { peerPath } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { encodeName } from '@pure-ftpd/protocol';
import { formatXml, viewOf } from '@pure-ftpd/status';
import { readReport } from '@pure-ftpd/status/reports';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Board, entryOf, sample } from './testing/board.ts';

const NOW = 2_000_000_000n;
const SAMPLES = join(import.meta.dirname, '..', 'test-data', 'scoreboard');

/** Names that have broken readers, and any bytes. A name on the scoreboard ends at a NUL. */
const NAMES: readonly Buffer[] = [
  Buffer.from(Array.from({ length: 255 }, (_, index) => index + 1)),
  Buffer.of(0x61, 0xff),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from('c1 \u009b, separators \u2028\u2029, bidi \u202e, no character \ufffe\uffff, "\'<&>]]>--\\|'),
  Buffer.from('-->]]></client><x a="'),
];
const anyName = fc.uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 120 }).map((bytes) => Buffer.from(bytes));

/** The report of a session by a format, as bytes. */
async function report(format: string, login: Buffer, file: Buffer): Promise<Buffer> {
  using board = new Board();
  const sizes = { current: 110, total: 400, transferStart: 1_999_999_990 };
  board.put('client-00000001', entryOf({ state: 'download', login: login.subarray(0, 127), file, ...sizes }));
  return Buffer.from((await board.run([format, '-n'], NOW)).stdout, 'latin1');
}

/** For every name of the list, and many others. */
async function forNames(check: (login: Buffer, file: Buffer) => Promise<void>): Promise<void> {
  for (const name of NAMES) await check(name, name);
  await fc.assert(fc.asyncProperty(anyName, anyName, check), { numRuns: 60 });
}

/** As XML declares it: bytes that are no character of XML 1.0 are an error [XML §2.2]. */
function xmlText(bytes: Buffer): string {
  const text = new TextDecoder('iso-8859-15', { fatal: true }).decode(bytes);
  expect(text).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
  return text;
}

const TEXT = String.raw`(?:[^<&>"]|&(?:lt|gt|amp|quot);)*`;
const XML = new RegExp(
  `^<\\?xml version="1\\.0" encoding="ISO-8859-15"\\?>\n<status>\n(?:  <client(?: [a-z_]+="${TEXT}")+ />\n)*</status>\n$`,
);
const PLIST = new RegExp(
  `^<\\?xml[^>]+\\?>\n<!DOCTYPE plist [^>]+>\n<plist version="1\\.0">\n<dict>\n\t<key>user-info</key>\n\t<array>\n` +
    `(?:\t\t<dict>\n(?:\t\t\t<key>[a-z_]+</key>\n\t\t\t<string>(?:${TEXT}|")*</string>\n)+\t\t</dict>\n)*\t</array>\n</dict>\n</plist>\n$`,
);

/** The bytes that a field of JSON tells. */
function toldBytes(fields: Record<string, unknown>, key: string): Buffer {
  const bytes = fields[`${key}Base64`];
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : Buffer.from(String(fields[key]));
}

describe('for a strict reader', () => {
  test('XML is well-formed, and another reader gets the bytes of every name', () =>
    forNames(async (login, file) => {
      const bytes = await report('-x', login, file);
      expect(xmlText(bytes)).toMatch(XML);
      const [view] = readReport(bytes, 'report', NOW);
      expect(view && encodeName(view.login)).toEqual(login.subarray(0, 127));
      expect(view && encodeName(view.file)).toEqual(file);
    }));

  test('XML is well-formed whatever the resolver calls a host', () => {
    const address = { family: 4, address: '192.0.2.1', port: 21 } as const;
    const who = { name: 'k', pid: 1, state: 1, login: 'a', file: '', peer: address, local: address } as const;
    const what = { sessionStart: 0n, transferStart: 0n, restartOffset: 0n, totalSize: 0n, currentSize: 0n };
    // The low byte of the first is `<`.
    const host = '\u013c\u0122"&\u0100';
    const text = formatXml([viewOf({ ...who, ...what }, NOW, { peer: host, local: host })]);
    expect(xmlText(Buffer.from(text, 'latin1'))).toMatch(XML);
  });

  test('a property list is well-formed', () =>
    forNames(async (login, file) => {
      expect(xmlText(await report('-p', login, file))).toMatch(PLIST);
    }));

  test('JSON is Unicode on one line, with nothing that moves or hides text, and tells every byte of a name', () =>
    forNames(async (login, file) => {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await report('--json', login, file));
      expect(text).toMatch(/^[^\0-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+\n$/);
      expect(text).not.toMatch(/\\ud[89a-f]/i);
      const [session] = JSON.parse(text).sessions;
      expect(toldBytes(session, 'account').equals(login.subarray(0, 127))).toBe(true);
      expect(toldBytes(session.transfer, 'file').equals(file)).toBe(true);
    }));

  test('a page is UTF-8 without control characters', () =>
    forNames(async (login, file) => {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await report('-w', login, file));
      expect(text).not.toMatch(/[\0-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
    }));

  test('a line for the shell has twelve fields', () =>
    forNames(async (login, file) => {
      const lines = (await report('-s', login, file)).toString('latin1').split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[0]?.replaceAll(/\\[\\|]/g, '').split('|')).toHaveLength(12);
    }));
});

/** A session as expat has it. */
type ReadSession = Readonly<Record<string, string>>;

/** What Python's reader, which is expat, finds in documents. It fails at the first that is not sound. */
function readByPython(documents: readonly Buffer[]): ReadSession[][] {
  const input = JSON.stringify(documents.map((document) => document.toString('base64')));
  const script = join(import.meta.dirname, 'testing', 'strict_reader.py');
  const { stdout, stderr, status } = spawnSync(peerPath('python3'), [script], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

function hex(name: string): string {
  return encodeName(name).toString('hex');
}

/** Every entry that was crafted or recorded for the tests, and names of all kinds. */
async function outputs(format: string): Promise<Buffer[]> {
  const names = [...NAMES, ...fc.sample(anyName, 60)];
  const documents = await Promise.all(names.map((name) => report(format, name, name)));
  for (const folder of readdirSync(SAMPLES)) {
    using board = new Board();
    for (const [index, name] of readdirSync(join(SAMPLES, folder)).entries())
      board.put(`client-0000000${index}`, sample('scoreboard', folder, name));
    documents.push(Buffer.from((await board.run([format, '-n'], NOW)).stdout, 'latin1'));
  }
  return documents;
}

describeWith(['python3'], 'for another strict reader, expat', () => {
  test('every XML output is the same sessions as for fast-xml-parser', async () => {
    const documents = await outputs('-x');
    const read = readByPython(documents);
    expect(read.flat().length).toBeGreaterThan(70);
    for (const [index, document] of documents.entries()) {
      const views = readReport(document, 'report', NOW);
      expect(read[index]).toEqual(
        views.map((view) =>
          expect.objectContaining({
            pid: String(view.pid),
            account: hex(view.login),
            file: hex(view.file),
            host: hex(view.hosts.peer),
            localhost: hex(view.hosts.local),
            localport: String(view.local.port),
            time: String(view.since),
            ...(view.current === 0n ? {} : { current_size: String(view.current), resume: String(view.restart) }),
          }),
        ),
      );
    }
  });

  test('every property list has the sessions of the XML output', async () => {
    const kept = ['pid', 'host', 'localhost', 'localport', 'time', 'state'] as const;
    const pick = (sessions: readonly ReadSession[]): unknown[] =>
      sessions.map((fields) => kept.map((key) => fields[key]));
    const names = [...NAMES, ...fc.sample(anyName, 40)];
    const both = await Promise.all(names.flatMap((name) => ['-x', '-p'].map((format) => report(format, name, name))));
    const read = readByPython(both);
    for (let index = 0; index < read.length; index += 2)
      expect(pick(read[index + 1] ?? [])).toEqual(pick(read[index] ?? []));
  });
});
