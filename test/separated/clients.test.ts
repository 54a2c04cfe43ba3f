// Clients of a daemon that stays root.
import { soak } from '@pure-ftpd/testing';

import { describeSeparated } from './separated.ts';

/** Suites in which the processes have most to do. */
const FIRST = {
  'basic-ftp': () => import('../clients/basic-ftp.test.ts'),
};

/** Those in which they have no more to do than in the former. */
const OTHERS = {
  busybox: () => import('../clients/busybox.test.ts'),
  'commons-net': () => import('../clients/commons-net.test.ts'),
  curl: () => import('../clients/curl.test.ts'),
  lftp: () => import('../clients/lftp.test.ts'),
  duplicity: () => import('../clients/duplicity.test.ts'),
  flysystem: () => import('../clients/flysystem.test.ts'),
  ftplib: () => import('../clients/ftplib.test.ts'),
  gio: () => import('../clients/gio.test.ts'),
  names: () => import('../clients/names.test.ts'),
  ncftp: () => import('../clients/ncftp.test.ts'),
  'other clients': () => import('../clients/other-clients.test.ts'),
  perl: () => import('../clients/perl.test.ts'),
  rclone: () => import('../clients/rclone.test.ts'),
  ruby: () => import('../clients/ruby.test.ts'),
  tnftp: () => import('../clients/tnftp.test.ts'),
  wget: () => import('../clients/wget.test.ts'),
};

describeSeparated(soak(FIRST, { ...FIRST, ...OTHERS }));
