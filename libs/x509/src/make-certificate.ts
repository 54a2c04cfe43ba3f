// Certificates for trying out and for tests: X.509 in DER [RFC 5280 §4.1, X.690], signed by Node's own crypto. Node reads
// certificates and cannot make them; a library that can brings an ASN.1 compiler, where a page of code will do.
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** What a certificate is to say. */
export interface CertificateRequest {
  /** Host names and IP addresses it is for; the first is its common name as well. */
  readonly names: readonly string[];
  /** Milliseconds since 1970; now, unless told. */
  readonly notBefore?: number;
  /** Milliseconds since 1970; a year after the beginning, unless told. */
  readonly notAfter?: number;
  /** Who signs it; itself, unless told. */
  readonly issuer?: MadeCertificate;
  /** Whether it may sign others. */
  readonly isAuthority?: boolean;
}

/** A certificate and its private key (ECDSA, P-256), in PEM. */
export interface MadeCertificate {
  readonly certificate: string;
  readonly key: string;
}

const YEAR = 365 * 86_400_000;
const TAG = { boolean: 1, integer: 2, bits: 3, bytes: 4, oid: 6, utf8: 12, sequence: 0x30, set: 0x31 } as const;

const OID = {
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  subjectKeyIdentifier: '551d0e',
  authorityKeyIdentifier: '551d23',
} as const;

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const hex = body.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

const oid = (hex: string): Buffer => der(TAG.oid, Buffer.from(hex, 'hex'));
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...parts);

/** Years before 2050 have two digits, later ones four [RFC 5280 §4.1.2.5]. */
function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d{3}/g, '');
  return text < '2050' ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(TAG.set, sequence(oid(OID.commonName), der(TAG.utf8, Buffer.from(commonName)))));
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  const flag = critical ? [der(TAG.boolean, Buffer.from([0xff]))] : [];
  return sequence(oid(id), ...flag, der(TAG.bytes, value));
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return Buffer.from([...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function alternativeName(name: string): Buffer {
  return isIP(name) === 0 ? der(0x82, Buffer.from(name)) : der(0x87, addressBytes(name));
}

/** Any name for a key will do, as long as both sides of a signature use the same [RFC 5280 §4.2.1.2]. */
function keyIdentifier(publicKey: Uint8Array): Buffer {
  return createHash('sha256').update(publicKey).digest().subarray(0, 20);
}

interface Extensions {
  readonly names: readonly string[];
  readonly isAuthority: boolean;
  /** The keys, of the certificate and of who signs it, as SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly issuerKey: Uint8Array;
}

function extensions({ names, isAuthority, publicKey, issuerKey }: Extensions): Buffer {
  const constraints = isAuthority ? sequence(der(TAG.boolean, Buffer.from([0xff]))) : sequence();
  // Authorities sign certificates and lists of revoked ones.
  const usage = der(TAG.bits, Buffer.from([1, 0b0000_0110]));
  return der(
    0xa3,
    sequence(
      extension(OID.basicConstraints, true, constraints),
      // Others say nothing of it: one that may sign handshakes only could not have signed itself.
      ...(isAuthority ? [extension(OID.keyUsage, true, usage)] : []),
      extension(OID.subjectKeyIdentifier, false, der(TAG.bytes, keyIdentifier(publicKey))),
      extension(OID.authorityKeyIdentifier, false, sequence(der(0x80, keyIdentifier(issuerKey)))),
      extension(OID.subjectAltName, false, sequence(...names.map(alternativeName))),
    ),
  );
}

/** A positive number of 16 bytes that nobody can guess. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return der(TAG.integer, bytes);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/**
 * Makes a certificate with a new key: signed by itself, for trying out, or by another one.
 * @throws TypeError without a name.
 */
export function makeCertificate(request: CertificateRequest): MadeCertificate {
  const { names, notBefore = Date.now(), notAfter = notBefore + YEAR, issuer, isAuthority = false } = request;
  const [commonName] = names;
  if (commonName === undefined) throw new TypeError('a certificate needs a name');
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const parent = issuer === undefined ? undefined : new X509Certificate(issuer.certificate);
  const issuerKey = parent?.publicKey.export({ type: 'spki', format: 'der' }) ?? spki;
  const content = sequence(
    der(0xa0, der(TAG.integer, Buffer.from([2]))),
    serialNumber(),
    algorithm,
    distinguishedName(/^CN=(.*)$/m.exec(parent?.subject ?? '')?.[1] ?? commonName),
    sequence(time(notBefore), time(notAfter)),
    distinguishedName(commonName),
    spki,
    extensions({ names, isAuthority, publicKey: spki, issuerKey }),
  );
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const signature = der(TAG.bits, Buffer.from([0]), sign('sha256', content, signer));
  return {
    certificate: pem('CERTIFICATE', sequence(content, algorithm, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}
