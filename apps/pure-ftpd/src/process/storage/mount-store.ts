import { getCACertificates } from 'node:tls';

import type { StorageMount } from '@pure-ftpd/options';
import { S3Store } from '@pure-ftpd/s3';

import { settingsOf } from '../../files/mounts.ts';

/** What Amazon's own stores take, and others do not look at. */
const REGION = 'us-east-1';
/** Connections to a store, and how long it may be silent, in milliseconds. */
const CONNECTIONS = 256;
const CONNECT_MS = 5000;
const SILENCE_MS = 60_000;

/** The bucket of a mount, with the credentials that this process finds. @param report Hears when it cannot be used, and when it can be again. */
export function mountStore(mount: StorageMount, report: (line: string) => void): S3Store {
  const { bucket, endpoint, pathStyle } = mount;
  const ca = [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  const agent = { maxSockets: CONNECTIONS };
  return new S3Store({
    bucket,
    ...settingsOf(mount),
    client: {
      region: mount.region ?? process.env['AWS_REGION'] ?? REGION,
      forcePathStyle: pathStyle,
      ...(endpoint === undefined ? {} : { endpoint }),
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        socketTimeout: SILENCE_MS,
        httpAgent: agent,
        httpsAgent: { ...agent, ca },
      },
    },
    report: (line) => report(`--storage ${mount.path}: ${line}`),
  });
}
