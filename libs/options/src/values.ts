// Values of options: the number forms of the C server [server-options §2], and refusals that say what is expected.
import path from 'node:path';

import { Networks } from '@pure-ftpd/protocol';

/** A value that cannot be used. The message says what is expected: `a number above 0 is`. */
export class BadValue extends Error {}

/** An unsigned number as C reads it: decimal, `0x10` or `010`, with nothing behind it. */
function parseNumber(text: string): number | undefined {
  let number: number;
  if (/^0[xX][0-9a-fA-F]{1,12}$/.test(text)) number = Number.parseInt(text.slice(2), 16);
  else if (/^0[0-7]{0,14}$/.test(text)) number = Number.parseInt(text, 8);
  else if (/^[1-9]\d{0,14}$/.test(text)) number = Number(text);
  else return undefined;
  return number;
}

/** A number above zero. */
export function positiveNumber(text: string): number {
  const number = parseNumber(text);
  if (number === undefined || number === 0) throw new BadValue('a number above 0 is');
  return number;
}

/** A user id: decimal, 0 included. */
export function userId(text: string): number {
  return systemId(text, 'a user id is');
}

/** A group id, likewise. */
export function groupId(text: string): number {
  return systemId(text, 'a group id is');
}

function systemId(text: string, expected: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > 4_294_967_294) throw new BadValue(expected);
  return Number(text);
}

/** Seconds from minutes; 0 means the default, as in C. */
export function idleSeconds(text: string, byDefault: number): number {
  const minutes = parseNumber(text);
  // Beyond this, the timers of the runtime overflow.
  if (minutes === undefined || minutes > 35_000) throw new BadValue('a number of minutes (at most 35000) is');
  return minutes === 0 ? byDefault : minutes * 60;
}

/** Percent; what is no limit (0 and below, 100 and above) is undefined, as in C. */
export function percentage(text: string): number | undefined {
  if (!/^-?(?:\d+\.?\d*|\.\d+)$/.test(text)) throw new BadValue('a percentage is');
  const percent = Number(text);
  return percent > 0 && percent < 100 ? percent : undefined;
}

/** `first:last`. */
export function portRange(text: string): readonly [first: number, last: number] {
  const [first, last, more] = text.split(':').map(parseNumber);
  if (first === undefined || last === undefined || more !== undefined || text.split(':').length !== 2)
    throw new BadValue('two ports, FIRST:LAST, are');
  if (first < 1024 || last < first || last > 65_535)
    throw new BadValue('two ports from 1024 to 65535, the lower one first, are');
  return [first, last];
}

/** Modes of new files and directories. */
export interface CreationModes {
  readonly fileMode: number;
  readonly directoryMode: number;
}

function isMask(text: string): boolean {
  return /^0*[0-7]{0,3}$/.test(text);
}

function modeWithout(mask: string, unchanged: number): number {
  return mask === '' ? unchanged : 0o777 & ~Number.parseInt(mask, 8);
}

/** `files`, `files:dirs`, `files:` or `:dirs`, in octal: what is taken from 0777. */
export function creationModes(text: string, before: CreationModes): CreationModes {
  const sides = text.split(':');
  const [files = '', directories = ''] = sides;
  if (sides.length > 2 || !isMask(files) || !isMask(directories) || (files === '' && directories === ''))
    throw new BadValue('octal masks, FILES:DIRECTORIES, are');
  return {
    fileMode: modeWithout(files, before.fileMode),
    directoryMode: modeWithout(directories, before.directoryMode),
  };
}

/** `files:depth`, both at least 1. */
export function listLimits(text: string): { readonly entries: number; readonly depth: number } {
  const [, entries, depth] = /^(\d{1,9}):(\d{1,9})$/.exec(text) ?? [];
  if (!(Number(entries) >= 1 && Number(depth) >= 1)) throw new BadValue('two numbers above 0, FILES:DEPTH, are');
  return { entries: Number(entries), depth: Number(depth) };
}

/** `users:anonymous`, sessions at a time; 0 for any number. */
export function sessionLimits(text: string): { readonly sessionsPerUser: number; readonly anonymousSessions: number } {
  const [, users, anonymous] = /^(\d{1,9}):(\d{1,9})$/.exec(text) ?? [];
  if (users === undefined || anonymous === undefined) throw new BadValue('two numbers, USERS:ANONYMOUS, are');
  return { sessionsPerUser: Number(users), anonymousSessions: Number(anonymous) };
}

/** Seconds, at most a day. */
export function seconds(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 86_400) throw new BadValue('seconds (at most 86400) are');
  return Number(text);
}

/** Seconds, at least one. */
export function positiveSeconds(text: string): number {
  const number = seconds(text);
  if (number === 0) throw new BadValue('a second or more is');
  return number;
}

/** Mebibytes: from one to as many as a disk may have. */
export function mebibytes(text: string): number {
  const number = parseNumber(text);
  if (number === undefined || number === 0 || number > 1_048_576) throw new BadValue('mebibytes (1 to 1048576) are');
  return number;
}

/** The path of a file, as seen from where the program was started: the server leaves that folder. */
export function filePath(text: string): string {
  if (text === '') throw new BadValue('a file name is');
  return path.resolve(text);
}

/** Networks with commas between them: addresses, or ones with the length of their prefix. */
export function networks(text: string): readonly string[] {
  const list = text.split(',');
  try {
    void new Networks(list);
  } catch (error) {
    if (error instanceof RangeError) throw new BadValue('networks, as 10.0.0.0/8,2001:db8::1, are');
    throw error;
  }
  return list;
}

/** One of some words. */
export function oneOf<Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((known) => known === text);
  if (word === undefined) throw new BadValue(`${words.slice(0, -1).join(', ')} or ${words.at(-1)} is`);
  return word;
}
