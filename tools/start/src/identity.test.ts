import { expect, test } from 'vitest';
import { nobodyIn, servedIdentity } from './identity.ts';

test('nobody has the numbers of /etc/passwd', () => {
  expect(nobodyIn('root:x:0:0::/:/bin/sh\nnobody:*:99:98:Nobody:/:/bin/false\n')).toEqual({ uid: 99, gid: 98 });
  expect(nobodyIn('root:x:0:0::/:/bin/sh\n')).toEqual({ uid: 65_534, gid: 65_534 });
});

test('nothing is served as root', () => {
  expect(servedIdentity().uid).not.toBe(0);
});
