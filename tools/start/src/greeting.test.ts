import { expect, test } from 'vitest';
import { greeting } from './greeting.ts';

const state = {
  login: 'user',
  password: 'Abc123',
  folder: '/srv/files',
  database: '/srv/p.pdb',
  identity: { uid: 7, gid: 8 },
};

test('names address, login, password and folder, and has a command to paste', () => {
  const text = greeting(state, { host: '127.0.0.1', port: 2121 });
  expect(text).toContain('address   ftp://127.0.0.1:2121/\n');
  expect(text).toContain('folder    /srv/files\n');
  expect(text).toContain('\n  curl --user user:Abc123 ftp://127.0.0.1:2121/\n');
});

test('ends with what to do next: an upload, TLS, another user', () => {
  const text = greeting(state, { host: '127.0.0.1', port: 2121 });
  expect(text).toContain('curl --user user:Abc123 -T README.md ftp://127.0.0.1:2121/\n');
  expect(text).toContain('npm start -- --tls 1');
  expect(text).toContain('useradd NAME -m -f /srv/pureftpd.passwd -F /srv/p.pdb -u 7 -g 8 -d /srv/files\n');
});

test('an IPv6 address stands in brackets', () => {
  expect(greeting(state, { host: '::1', port: 2121 })).toContain('ftp://[::1]:2121/');
});

test('with TLS the command asks for it, and trusts the certificate that was made', () => {
  const endpoint = { host: '127.0.0.1', port: 2121 };
  expect(greeting(state, endpoint, '/srv/certificate.pem')).toContain(
    '\n  curl --ssl-reqd --cacert /srv/certificate.pem --user user:Abc123 ftp://127.0.0.1:2121/\n',
  );
  expect(greeting(state, endpoint, "/a b/it's.pem")).toContain(String.raw`--cacert '/a b/it'\''s.pem' --user`);
});
