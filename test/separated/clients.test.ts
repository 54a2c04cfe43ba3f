// Clients of a daemon that stays root.
import { describeSeparated } from './separated.ts';

describeSeparated(
  {
    'basic-ftp': () => import('../clients/basic-ftp.test.ts'),
  },
  {
    curl: () => import('../clients/curl.test.ts'),
    lftp: () => import('../clients/lftp.test.ts'),
    ftplib: () => import('../clients/ftplib.test.ts'),
    names: () => import('../clients/names.test.ts'),
    ncftp: () => import('../clients/ncftp.test.ts'),
    'other clients': () => import('../clients/other-clients.test.ts'),
    tnftp: () => import('../clients/tnftp.test.ts'),
    wget: () => import('../clients/wget.test.ts'),
  },
);
