// What a process without credentials may ask of the one that has them: the security policy on one page.
//
// It speaks for the home of one session, over a connection of its own. What it asks is one of these requests, every field of which is
// checked; each key is below the prefix of that home, which the monitor has said. Uploads in parts are those that were begun over the
// same connection.
import {
  type Check,
  type Checked,
  flag,
  integer,
  list,
  matching,
  MessageViolation,
  optional,
  shape,
  text,
} from '@pure-ftpd/protocol/checks';

/** What S3 allows, in bytes. */
const LONGEST_KEY = 1024;
/** Bytes of an object, or a part, that comes in one request. */
export const LARGEST_BODY: number = 256 * 1024 * 1024;
/** Bytes of a list of parts, and how many there may be. */
export const LARGEST_LIST: number = 2 * 1024 * 1024;
const MOST_PARTS = 10_000;
/** Entries of what an object is described by; S3 allows two kibibytes in all. */
const MOST_FACTS = 64;

/** A name in metadata, and a value: nothing that a header could not have. */
const FACT = /^[\w.-]{1,128}$/;
const value = matching(/^[\x20-\x7e\xa0-\xff]*$/, 'the value of a header', 2048);
const bytes = integer(0, Number.MAX_SAFE_INTEGER);
const change = integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
const number = integer(1, MOST_PARTS);
const id = matching(/^[\x21-\x7e]+$/, 'the id of an upload', 1024);

const metadata: Check<Readonly<Record<string, string>>> = (given, field) => {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new MessageViolation(`${field}: an object expected`);
  const entries = Object.entries(given);
  if (entries.length > MOST_FACTS || entries.some(([name]) => !FACT.test(name)))
    throw new MessageViolation(`${field}: names of metadata expected`);
  return Object.fromEntries(entries.map(([name, said]) => [name, value(said, `${field}.${name}`)]));
};

const described = shape({
  CacheControl: optional(value),
  ContentDisposition: optional(value),
  ContentEncoding: optional(value),
  ContentLanguage: optional(value),
  ContentType: optional(value),
  ETag: optional(value),
  Metadata: optional(metadata),
});

/** The parts of an upload that is complete. */
export const partsOf: Check<readonly { readonly PartNumber: number; readonly ETag: string | undefined }[]> = list(
  shape({ PartNumber: number, ETag: optional(value) }),
  MOST_PARTS,
);

/** A key of the home: below its prefix, whoever reads it. */
function keyBelow(prefix: string): Check<string> {
  const characters = text(LONGEST_KEY);
  return (given, field) => {
    const key = characters(given, field);
    const isOwn =
      key.startsWith(prefix) &&
      key.isWellFormed() &&
      Buffer.byteLength(key) <= LONGEST_KEY &&
      !key.split('/').some((name) => name === '.' || name === '..');
    if (!isOwn) throw new MessageViolation(`${field}: a key of this home expected`);
    return key;
  };
}

/** The requests there are for a home. @param prefix What all its keys begin with. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is what it is made of
export function requestsFor(prefix: string) {
  const key = keyBelow(prefix);
  return {
    head: shape({ key }),
    list: shape({
      prefix: key,
      delimiter: optional(flag),
      after: optional(text(4096)),
      most: optional(integer(1, 1000)),
    }),
    read: shape({ key, position: bytes, etag: optional(value) }),
    put: shape({
      key,
      size: integer(0, LARGEST_BODY),
      contentType: optional(value),
      metadata: optional(metadata),
      isNew: flag,
    }),
    remove: shape({ key }),
    begin: shape({ key, like: optional(described) }),
    putPart: shape({ key, id, number, size: integer(0, LARGEST_BODY) }),
    copyPart: shape({ key, id, number, source: shape({ key, etag: optional(value), from: bytes, end: bytes }) }),
    complete: shape({ key, id, size: integer(0, LARGEST_LIST), isNew: flag }),
    abort: shape({ key, id }),
    copy: shape({ from: key, to: key, source: described, metadata: optional(metadata) }),
    /** What is stored in the home, where that is known. */
    usage: shape({}),
    /** What a count has found. */
    counted: shape({ files: bytes, bytes }),
    change: shape({ files: change, bytes: change, mostFiles: optional(bytes), mostBytes: optional(bytes) }),
  } as const;
}

type Requests = ReturnType<typeof requestsFor>;
export type RequestName = keyof Requests;
/** What a request says, checked. */
export type Asked<Name extends RequestName> = Checked<Requests[Name]>;

/** Why a request failed, as it is told. */
export type Failure =
  | { readonly kind: 'system'; readonly code: string }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'refused'; readonly text: string };
