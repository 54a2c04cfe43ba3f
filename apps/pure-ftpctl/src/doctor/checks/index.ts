import type { Check } from '../finding.ts';
import { accounts } from './accounts.ts';
import { announcedAddress } from './announced-address.ts';
import { certificates } from './certificates.ts';
import { clock } from './clock.ts';
import { configuration } from './configuration.ts';
import { descriptors } from './descriptors.ts';
import { homes } from './homes.ts';
import { listening } from './listening.ts';
import { logTarget } from './log-target.ts';
import { otherServers } from './other-servers.ts';
import { passivePorts } from './passive-ports.ts';

/** In the order in which an administrator goes about it. */
export const CHECKS: readonly Check[] = [
  configuration,
  listening,
  passivePorts,
  announcedAddress,
  certificates,
  accounts,
  homes,
  descriptors,
  logTarget,
  clock,
  otherServers,
];
