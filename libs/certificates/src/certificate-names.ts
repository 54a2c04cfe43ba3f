// Which host names a certificate is for, and whether one is among them [RFC 6125 §6.4].
import type { X509Certificate } from 'node:crypto';

/** What a client may say in SNI, as the C server takes it: other names are as none [spec server-behaviour §16]. */
const SERVER_NAME = /^[A-Za-z0-9._-]{1,255}$/;

/** A name in a certificate: labels, of which the first may be a star. */
const PATTERN = /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?\.?$/;

/** Whether a name that a client asks for (SNI) is one: 1 to 255 letters, digits, `.`, `-` and `_`. */
export function isServerName(name: string): boolean {
  return SERVER_NAME.test(name);
}

/** The names of a certificate in lower case: those of subjectAltName or, where it has none, the common name. */
export function certificateNames(certificate: X509Certificate): string[] {
  const alternative = certificate.subjectAltName;
  const found =
    alternative === undefined ? [commonName(certificate.subject)] : splitAlternative(alternative).map(dnsName);
  const names = found.filter((name) => name !== undefined && PATTERN.test(name)).map((name) => normalize(name ?? ''));
  return [...new Set(names)];
}

/** `DNS:a, DNS:"b, c", IP Address:…`: what has a comma or a quote in it is quoted as JSON. */
function splitAlternative(text: string): string[] {
  return text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g)?.map((part) => part.trim()) ?? [];
}

function dnsName(entry: string): string | undefined {
  return entry.startsWith('DNS:') ? entry.slice(4) : undefined;
}

function commonName(subject: string | undefined): string | undefined {
  // One attribute a line; the last CN is the most specific one.
  return subject
    ?.split('\n')
    .findLast((line) => line.startsWith('CN='))
    ?.slice(3);
}

function normalize(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** How well a name fits a certificate's names: 2 exactly, 1 by a wildcard, 0 not at all. */
export function nameFit(names: readonly string[], wanted: string): 0 | 1 | 2 {
  const name = normalize(wanted);
  if (names.includes(name)) return 2;
  const dot = name.indexOf('.');
  // A star stands for one whole label, and never for the first of two: `*.com` is nobody's.
  const parent = dot > 0 ? name.slice(dot) : '';
  return parent.includes('.', 1) && names.includes(`*${parent}`) ? 1 : 0;
}
