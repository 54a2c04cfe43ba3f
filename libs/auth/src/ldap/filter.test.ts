import { expect, test } from 'vitest';

import { FilterSyntaxError, LoginFilter } from './filter.ts';

test.each([
  [String.raw`(&(objectClass=posixAccount)(uid=\L))`, '(&(objectClass=posixAccount)(uid=alice))'],
  [String.raw`uid=\l`, '(uid=alice)'],
  [String.raw`(|(uid=\L)(cn=\L))`, '(|(uid=alice)(cn=alice))'],
  [String.raw`(&(cn=\2a)(!(uid=bob))(mail=\L@*))`, String.raw`(&(cn=\2a)(!(uid=bob))(mail=alice@*))`],
  [String.raw`(memberOf:1.2.840.113556.1.4.1941:=cn=ftp,dc=x)`, undefined],
  [String.raw`(&(cn:dn:=x)(uid~=\L))`, '(&(cn:dn:=x)(uid~=alice))'],
])('%s', (text, filter) => {
  if (filter === undefined) expect(() => new LoginFilter(text)).toThrow(/everybody would be the same entry/);
  else expect(new LoginFilter(text).render('alice')).toBe(filter);
});

test.each([
  String.raw`(&(uid=\L)`,
  String.raw`(uid=\L))`,
  String.raw`(a=b)(uid=\L)`,
  String.raw`()`,
  String.raw`(&)`,
  String.raw`(uid=\R)`,
  String.raw`(uid=\L\zz)`,
  String.raw`(=\L)`,
  String.raw`(uid=\L(x))`,
  '(uid=alice)',
  `${'(!'.repeat(100)}(uid=\\L)${')'.repeat(100)}`,
])('%s is no filter', (text) => {
  expect(() => new LoginFilter(text)).toThrow(FilterSyntaxError);
});

test.each(['a*', 'a(b', '*', '\\', 'é', '', 'a\0', 'a+b'])('nobody is called %j', (login) => {
  expect(new LoginFilter(String.raw`uid=\L`).render(login)).toBeUndefined();
});
