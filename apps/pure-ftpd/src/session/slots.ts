// What a session of the daemon is made of, besides what every session has.
import { said, SESSION_SLOTS, type Slots, text } from '@pure-ftpd/server/internal';

export const PURE_FTPD_SLOTS = {
  ...SESSION_SLOTS,
  /** What `-P` announces to the client; empty where there is nothing. */
  announced: { initial: () => '', moves: said(text(64)) },
} as const satisfies Slots;
