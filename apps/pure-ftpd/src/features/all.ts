// All that the daemon does besides what the library does, in the order in which commands are judged and verbs are wrapped.
import { SESSION_SLOTS, type Slots } from '@pure-ftpd/server/internal';

import type { Feature } from '../contract/feature.ts';
import { aliases } from './aliases.ts';
import { announcedAddress } from './announced-address.ts';
import { anonymous } from './anonymous.ts';
import { bandwidth } from './bandwidth.ts';
import { codes } from './codes.ts';
import { confinement } from './confinement.ts';
import { directories } from './directories.ts';
import { diskUsage } from './disk-usage.ts';
import { dotFiles } from './dot-files.ts';
import { foreignAddresses } from './foreign-addresses.ts';
import { greeting } from './greeting.ts';
import { guesses } from './guesses.ts';
import { keepAlive } from './keep-alive.ts';
import { logins } from './logins.ts';
import { names } from './names.ts';
import { notices } from './notices.ts';
import { oldClients } from './old-clients.ts';
import { quota } from './quota.ts';
import { ratio } from './ratio.ts';
import { recordedUploads } from './recorded-uploads.ts';
import { restarts } from './restart.ts';
import { rules } from './rules.ts';
import { uniqueNames } from './unique-names.ts';
import { verbs } from './verbs.ts';

/** The features of the daemon. */
export const features: readonly Feature[] = [
  keepAlive,
  // Before those who would let anonymous users in, and tell them of limits.
  oldClients,
  restarts,
  names,
  rules,
  anonymous,
  dotFiles,
  logins,
  bandwidth,
  foreignAddresses,
  ratio,
  // Behind what is told of limits.
  notices,
  guesses,
  aliases,
  directories,
  recordedUploads,
  diskUsage,
  quota,
  confinement,
  greeting,
  announcedAddress,
  uniqueNames,
  codes,
  verbs,
];

/** What a session of the daemon is made of: what every session has, and what the features have for themselves. */
export const PURE_FTPD_SLOTS = {
  ...SESSION_SLOTS,
  ...announcedAddress.state,
  ...greeting.state,
  ...guesses.state,
  ...keepAlive.state,
  ...quota.state,
  ...ratio.state,
  ...uniqueNames.state,
} as const satisfies Slots;
