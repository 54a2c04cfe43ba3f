// The options of TLS: rows of the option table.
import path from 'node:path';

import { isSocketPath, MAX_SOCKET_PATH_BYTES } from '@pure-ftpd/certificates';
import type { TlsVersion } from '@pure-ftpd/server';

import type { TlsConfiguration } from './configuration.ts';
import { badValue } from './values.ts';

/** A row of the table, which changes what is said of TLS. */
interface TlsOption {
  readonly short?: string;
  readonly long: string;
  readonly argument: string;
  readonly description: string;
  readonly change: (tls: TlsConfiguration, value: string) => Partial<TlsConfiguration>;
}

const VERSIONS: ReadonlyMap<string, TlsVersion> = new Map([
  ['1.0', 'TLSv1'],
  ['1.1', 'TLSv1.1'],
  ['1.2', 'TLSv1.2'],
  ['1.3', 'TLSv1.3'],
]);
const REUSE = ['off', 'prefer', 'require'] as const;
const TRUNCATION = ['refuse', 'allow'] as const;
const MODES = [0, 1, 2, 3] as const;

/** Of the C server. */
export const TLS_OPTIONS: readonly TlsOption[] = [
  {
    short: '2',
    long: 'certfile',
    argument: 'cert[,key]',
    description: 'certificate with its chain, and its key, in PEM (/etc/ssl/private/pure-ftpd.pem for both)',
    change(_, value) {
      const comma = value.indexOf(',');
      const cert = comma === -1 ? value : value.slice(0, comma);
      const key = value.slice(comma + 1);
      if (cert === '' || key === '') throw badValue('-2', value, 'a file, or two: CERTIFICATE,KEY, are');
      return { certificate: { certFile: path.resolve(cert), keyFile: path.resolve(key) } };
    },
  },
  {
    short: '3',
    long: 'extcert',
    argument: 'socket',
    description: 'ask pure-certd for the certificates of clients that name the server they want',
    change(_, value) {
      const socket = path.resolve(value);
      const expected = `the path of a socket, of at most ${MAX_SOCKET_PATH_BYTES} bytes, is`;
      if (value === '' || !isSocketPath(socket)) throw badValue('-3', value, expected);
      return { certificateDaemon: socket };
    },
  },
  {
    short: 'J',
    long: 'tlsciphersuite',
    argument: '[-C:]ciphers',
    description: 'cipher suites of TLS 1.2; with -C: clients have to show a certificate',
    change(_, value) {
      const [, prefixes = '', ciphers = ''] = /^((?:-[SC]:)*)(.*)$/s.exec(value) ?? [];
      const expected =
        'cipher suites as OpenSSL lists them (HIGH:!aNULL), with -C: before them where clients have to show a certificate, are';
      if (ciphers === '' || ciphers.startsWith('-')) throw badValue('-J', value, expected);
      return { ciphers, ...(prefixes.includes('-C:') ? { clientCertificates: true } : {}) };
    },
  },
  {
    short: 'Y',
    long: 'tls',
    argument: '0-3',
    description: 'TLS: 0 none, 1 for who wants it, 2 for every login, 3 for every login and every transfer',
    change(_, value) {
      const mode = MODES.find((known) => String(known) === value);
      if (mode === undefined) throw badValue('-Y', value, '0, 1, 2 or 3 is');
      return { mode };
    },
  },
];

/** Our own. */
export const OWN_TLS_OPTIONS: readonly TlsOption[] = [
  {
    long: 'implicit-tls',
    argument: '[address,]port',
    description: 'listen also where connections begin with TLS (990); may be repeated; -Y 1 if there is no -Y',
    change({ implicit }, value) {
      const comma = value.lastIndexOf(',');
      const host = comma === -1 ? undefined : value.slice(0, comma);
      const port = value.slice(comma + 1);
      if (host === '' || port === '' || /[\s,]/.test(value.replace(',', '')))
        throw badValue('--implicit-tls', value, '[ADDRESS,]PORT is');
      return { implicit: [...implicit, { host, port }] };
    },
  },
  {
    long: 'tls-certificates',
    argument: 'folder',
    description: 'certificates for clients that name the server they want; may be repeated (/etc/letsencrypt/live)',
    change({ folders }, value) {
      if (value === '') throw badValue('--tls-certificates', value, 'a folder is');
      return { folders: [...folders, path.resolve(value)] };
    },
  },
  {
    long: 'tls-min-version',
    argument: '1.0-1.3',
    description: 'the oldest version of TLS that is spoken (1.2); those before are not safe',
    change(_, value) {
      const version = VERSIONS.get(value);
      if (version === undefined) throw badValue('--tls-min-version', value, '1.0, 1.1, 1.2 or 1.3 is');
      return { minVersion: version };
    },
  },
  {
    long: 'tls-session-reuse',
    argument: 'off|prefer|require',
    description: 'whether data connections may, or must, resume the TLS session of their client (prefer)',
    change(_, value) {
      const sessionReuse = REUSE.find((known) => known === value);
      if (sessionReuse === undefined) throw badValue('--tls-session-reuse', value, 'off, prefer or require is');
      return { sessionReuse };
    },
  },
  {
    long: 'tls-truncation',
    argument: 'refuse|allow',
    description: 'uploads over TLS that end without close_notify, so that anybody may have cut them (refuse)',
    change(_, value) {
      const truncation = TRUNCATION.find((known) => known === value);
      if (truncation === undefined) throw badValue('--tls-truncation', value, 'refuse or allow is');
      return { truncation };
    },
  },
];
