// What a session is made of besides its connection: what commands set, and other commands go by.
import { FACTS, type FactName, type FactSelection, selectFacts, type Spoken } from '@pure-ftpd/protocol';

import type { UserAccount } from './user-account.ts';
import { flag, integer, list, matching, oneOf, text } from '@pure-ftpd/protocol/checks';
import { HASH_ALGORITHMS, type HashAlgorithm } from './hash-algorithms.ts';
import { known, said, saidAs, type Slots, type StateOf } from './slots.ts';

/** Names of accounts, in UTF-16 units: bytes that are no UTF-8 are a unit each. */
const LOGIN_LIMIT = 127;

const bytesMoved = integer(0, Number.MAX_SAFE_INTEGER);

/** The fields of every session. Subclasses add theirs in a table of their own (`static slots`). */
export const SESSION_SLOTS = {
  /** The user, from USER on. */
  username: { initial: () => '', ofUser: true, moves: known(text(LOGIN_LIMIT)) },
  /** Who has logged in, where the authorizer has said so. */
  account: { initial: (): UserAccount | undefined => undefined, ofUser: true },
  authenticated: { initial: (): boolean => false, ofUser: true },
  attemptedLogins: { initial: () => 0, moves: known(integer(0, 1000)) },
  /** Seconds without a command after which this session ends. */
  timeout: { initial: ({ timeout }) => timeout, moves: said(integer(0, 2_147_483)) },
  /** `a` ASCII, `i` binary. */
  currentType: { initial: (): 'a' | 'i' => 'a', ofUser: true, moves: said(oneOf('a', 'i')) },
  /** The current directory, a virtual path. */
  cwd: { initial: () => '/', ofUser: true },
  /** Where the next transfer starts, from REST. */
  restartPosition: { initial: () => 0, ofUser: true },
  /** The size of the next upload, as announced by ALLO. */
  announcedBytes: { initial: (): number | undefined => undefined, ofUser: true },
  /** What RNFR named. */
  renameFrom: { initial: (): string | undefined => undefined, ofUser: true },
  /** EPSV ALL was said. */
  epsvAll: { initial: (): boolean => false, ofUser: true, moves: said(flag) },
  /** What the client says it is (CLNT). */
  clientName: { initial: () => '', moves: said(text(8192)) },
  /** The language of replies (LANG), as BCP 47 writes it; empty where there is one only. */
  language: {
    initial: ({ words }): string => words?.initial ?? '',
    moves: said(matching(/^[A-Za-z0-9-]*$/, 'a language tag', 64)),
  },
  /** The charset of names and replies: that of clients, or UTF-8 (OPTS UTF8). */
  charset: {
    initial: ({ charsets }): Spoken => charsets?.initial ?? 'utf8',
    moves: said(oneOf('client', 'utf8')),
  },
  /** The virtual host the client means (HOST). */
  host: { initial: () => '', moves: said(text(8192)) },
  /** The algorithm of HASH. */
  hashAlgorithm: {
    initial: (): HashAlgorithm => HASH_ALGORITHMS[0],
    moves: said(oneOf(...HASH_ALGORITHMS)),
  },
  /** Whether data connections are protected (PROT). */
  protection: { initial: (): 'clear' | 'private' => 'clear', moves: said(oneOf('clear', 'private')) },
  /** PBSZ was said. */
  protectionBufferSet: { initial: (): boolean => false, moves: said(flag) },
  /** The facts MLST and MLSD show. */
  facts: {
    initial: ({ defaultFacts }): FactSelection => defaultFacts,
    ofUser: true,
    moves: saidAs(
      list(text(32), 32),
      ({ names }: FactSelection) => names,
      (names: readonly string[]) => selectFacts(FACTS.filter((name: FactName) => names.includes(name))),
    ),
  },
  /** Bytes received from, and sent to, the client in all transfers. */
  bytesReceived: { initial: () => 0, moves: said(bytesMoved) },
  bytesSent: { initial: () => 0, moves: said(bytesMoved) },
} as const satisfies Slots;

/** The fields of a session. */
export type SessionState = StateOf<typeof SESSION_SLOTS>;
