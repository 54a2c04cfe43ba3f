// Options of TLS.
import path from 'node:path';

import { type CertificateFiles, isSocketPath, MAX_SOCKET_PATH_BYTES } from '@pure-ftpd/certificates';
import type { DataSessionReuse, TlsTruncation, TlsVersion } from '@pure-ftpd/server';

import { CERTIFICATE_AND_KEY, NUMBER, PATH, WORD } from '../key-forms.ts';
import { type FieldsOf, initially, inOneField, option } from '../option.ts';
import { BadValue, oneOf } from '../values.ts';
import type { Bind } from './listening.ts';

/** Where the C server looks for its certificate. */
const CERTIFICATE_FILE = '/etc/ssl/private/pure-ftpd.pem';

const VERSIONS = { '1.0': 'TLSv1', '1.1': 'TLSv1.1', '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' } as const;
const VERSION_NAMES = ['1.0', '1.1', '1.2', '1.3'] as const;
const REUSE: readonly DataSessionReuse[] = ['off', 'prefer', 'require'];
const TRUNCATION: readonly TlsTruncation[] = ['refuse', 'allow'];

/** 0 none, 1 for who wants it, 2 for every login, 3 for every login and every transfer. */
const MODES = { '0': 0, '1': 1, '2': 2, '3': 3 } as const;
const MODE_NAMES = ['0', '1', '2', '3'] as const;

function certificateFiles(value: string): CertificateFiles {
  const comma = value.indexOf(',');
  const cert = comma === -1 ? value : value.slice(0, comma);
  const key = value.slice(comma + 1);
  if (cert === '' || key === '') throw new BadValue('a file, or two: CERTIFICATE,KEY, are');
  return { certFile: path.resolve(cert), keyFile: path.resolve(key) };
}

function implicitBind(value: string): Bind {
  const comma = value.lastIndexOf(',');
  const host = comma === -1 ? undefined : value.slice(0, comma);
  const port = value.slice(comma + 1);
  if (host === '' || port === '' || /[\s,]/.test(value.replace(',', ''))) throw new BadValue('[ADDRESS,]PORT is');
  return { host, port };
}

const ROWS = [
  option({
    short: '2',
    long: 'certfile',
    argument: 'cert[,key]',
    values: 'file',
    description: 'certificate with its chain, and its key, in PEM (/etc/ssl/private/pure-ftpd.pem for both)',
    keys: { CertFile: PATH, CertFileAndKey: CERTIFICATE_AND_KEY },
    notInDebian: true,
    fields: { certificate: initially<CertificateFiles>({ certFile: CERTIFICATE_FILE, keyFile: CERTIFICATE_FILE }) },
    set: (value) => ({ certificate: certificateFiles(value) }),
  }),
  option({
    short: '3',
    long: 'extcert',
    argument: 'socket',
    values: 'socket',
    description: 'ask pure-certd for the certificates of clients that name the server they want',
    keys: { ExtCert: PATH },
    notInDebian: true,
    fields: {
      /** The socket of pure-certd. */
      certificateDaemon: initially<string | undefined>(undefined),
    },
    set(value) {
      const socket = path.resolve(value);
      if (value === '' || !isSocketPath(socket))
        throw new BadValue(`the path of a socket, of at most ${MAX_SOCKET_PATH_BYTES} bytes, is`);
      return { certificateDaemon: socket };
    },
  }),
  option({
    short: 'J',
    long: 'tlsciphersuite',
    argument: '[-C:]ciphers',
    description: 'cipher suites of TLS 1.2; with -C: clients have to show a certificate',
    keys: { TLSCipherSuite: WORD },
    fields: {
      ciphers: initially<string | undefined>(undefined),
      /** Whether clients have to show a certificate. */
      clientCertificates: false,
    },
    set(value) {
      const [, prefixes = '', ciphers = ''] = /^((?:-[SC]:)*)(.*)$/s.exec(value) ?? [];
      if (ciphers === '' || ciphers.startsWith('-'))
        throw new BadValue(
          'cipher suites as OpenSSL lists them (HIGH:!aNULL), with -C: before them where clients have to show a certificate, are',
        );
      return { ciphers, ...(prefixes.includes('-C:') ? { clientCertificates: true } : {}) };
    },
  }),
  option({
    short: 'Y',
    long: 'tls',
    argument: '0-3',
    values: MODE_NAMES,
    description: 'TLS: 0 none, 1 for who wants it, 2 for every login, 3 for every login and every transfer',
    notes: 'See [below](#tls).',
    keys: { TLS: NUMBER },
    fields: {
      /** Undefined when nothing was said. */
      mode: initially<0 | 1 | 2 | 3 | undefined>(undefined),
    },
    set: (value) => ({ mode: MODES[oneOf(MODE_NAMES, value)] }),
  }),
  option({
    long: 'implicit-tls',
    argument: '[address,]port',
    description: 'listen also where connections begin with TLS (990); may be repeated; -Y 1 if there is no -Y',
    fields: {
      /** Where connections begin with TLS. */
      implicit: initially<readonly Bind[]>([]),
    },
    set: (value, { implicit }) => ({ implicit: [...implicit, implicitBind(value)] }),
  }),
  option({
    long: 'tls-certificates',
    argument: 'folder',
    values: 'folder',
    description: 'certificates for clients that name the server they want; may be repeated (/etc/letsencrypt/live)',
    fields: {
      /** Folders with certificates for other names. */
      folders: initially<readonly string[]>([]),
    },
    set(value, { folders }) {
      if (value === '') throw new BadValue('a folder is');
      return { folders: [...folders, path.resolve(value)] };
    },
  }),
  option({
    long: 'tls-min-version',
    argument: '1.0-1.3',
    values: VERSION_NAMES,
    description: 'the oldest version of TLS that is spoken (1.2); those before are not safe',
    fields: { minVersion: initially<TlsVersion>('TLSv1.2') },
    set: (value) => ({ minVersion: VERSIONS[oneOf(VERSION_NAMES, value)] }),
  }),
  option({
    long: 'tls-session-reuse',
    argument: 'off|prefer|require',
    values: REUSE,
    description: 'whether data connections may, or must, resume the TLS session of their client (prefer)',
    fields: { sessionReuse: initially<DataSessionReuse>('prefer') },
    set: (value) => ({ sessionReuse: oneOf(REUSE, value) }),
  }),
  option({
    long: 'tls-truncation',
    argument: 'refuse|allow',
    values: TRUNCATION,
    description: 'uploads over TLS that end without close_notify, so that anybody may have cut them (refuse)',
    notes: 'Who allows them lets anybody on the way cut uploads.',
    fields: { truncation: initially<TlsTruncation>('refuse') },
    set: (value) => ({ truncation: oneOf(TRUNCATION, value) }),
  }),
];

/** What is said of TLS. */
export interface TlsConfiguration extends Readonly<FieldsOf<typeof ROWS>> {}

export const TLS_OPTIONS = inOneField<FieldsOf<typeof ROWS>, { tls: TlsConfiguration }>(
  ROWS,
  (tls) => ({ tls }),
  ({ tls }) => tls,
);
