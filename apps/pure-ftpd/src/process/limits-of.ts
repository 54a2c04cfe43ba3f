import type { Configuration } from '@pure-ftpd/options';

import type { ServerLimits } from '../control/controlled-server.ts';

/** The limits of a server, as the control socket shows them. */
export function limitsOf(configuration: Configuration): ServerLimits {
  const {
    maxClients,
    maxClientsPerAddress,
    sessionsPerUser,
    anonymousSessions,
    bandwidth,
    userBandwidth,
    serverBandwidth,
  } = configuration;
  return {
    sessions: maxClients,
    perAddress: maxClientsPerAddress,
    perUser: sessionsPerUser,
    anonymous: anonymousSessions,
    bandwidth,
    userBandwidth,
    serverBandwidth,
  };
}
