import { expect, test } from 'vitest';

import { systemIdentity } from './system-identity.ts';

test('an identity has the groups of the account of the system that has its uid', async () => {
  const ids = { uid: process.getuid?.() ?? 0, gid: 4711 };
  const own = await systemIdentity(ids);
  expect(own).toMatchObject(ids);
  expect(own.groups).toContain(4711);
  expect(own.groups).toEqual([...new Set(own.groups)].toSorted((a, b) => a - b));
  expect(await systemIdentity({ uid: 3_999_999_999, gid: 5 })).toEqual({ uid: 3_999_999_999, gid: 5, groups: [5] });
});
