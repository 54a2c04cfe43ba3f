import { expect, test } from 'vitest';

import { ExpiryNotices } from './expiry.ts';
import { makeCertificate } from '@pure-ftpd/x509';
import { type CertificateMaterial, checkMaterial } from './material.ts';

const DAY = 86_400_000;
const END = Date.UTC(2030, 0, 1);

function material(notBefore = END - 90 * DAY): CertificateMaterial {
  const { certificate, key } = makeCertificate({ names: ['a'], notBefore, notAfter: END });
  const text = { text: certificate + key, mode: 0o600 };
  return checkMaterial({ certFile: 'a.pem', keyFile: 'a.pem' }, text, text);
}

test('the end is told 30, 14, 7 and 1 day ahead, once each, and every day once it is past', () => {
  const lines: string[] = [];
  const notices = new ExpiryNotices((level, text) => lines.push(`${level} ${text}`));
  const certificate = material();
  const told = new Map<number, string[]>();
  for (let hour = -40 * 24; hour <= 3 * 24; hour += 1) {
    notices.check([certificate], END + hour * 3_600_000 - 1);
    if (lines.length > 0) told.set(hour, lines.splice(0));
  }
  expect([...told].map(([hour, text]) => `${hour / 24}: ${text.join(' | ')}`)).toEqual([
    '-29.958333333333332: warning a.pem: the certificate expires in 29 days, at 2030-01-01T00:00:00.000Z',
    '-13.958333333333334: warning a.pem: the certificate expires in 13 days, at 2030-01-01T00:00:00.000Z',
    '-6.958333333333333: warning a.pem: the certificate expires in 6 days, at 2030-01-01T00:00:00.000Z',
    '-0.9583333333333334: warning a.pem: the certificate expires within a day, at 2030-01-01T00:00:00.000Z',
    '0.041666666666666664: error a.pem: the certificate expired at 2030-01-01T00:00:00.000Z; clients refuse it',
    '1.0416666666666667: error a.pem: the certificate expired at 2030-01-01T00:00:00.000Z; clients refuse it',
    '2.0416666666666665: error a.pem: the certificate expired at 2030-01-01T00:00:00.000Z; clients refuse it',
  ]);
});

test('a server that starts late in the life of a certificate tells once, and a renewed one is quiet', () => {
  const lines: string[] = [];
  const notices = new ExpiryNotices((level, text) => lines.push(`${level} ${text}`));
  notices.check([material()], END - 3 * DAY);
  notices.check([material()], END - 80 * DAY);
  expect(lines).toEqual(['warning a.pem: the certificate expires in 3 days, at 2030-01-01T00:00:00.000Z']);
});

test('one that is not valid yet is told', () => {
  const lines: string[] = [];
  const notices = new ExpiryNotices((level, text) => lines.push(`${level} ${text}`));
  const early = material(END - 40 * DAY);
  notices.check([early], END - 50 * DAY);
  notices.check([early], END - 49 * DAY);
  expect(lines).toEqual(['warning a.pem: the certificate is not valid before 2029-11-22T00:00:00.000Z']);
});
