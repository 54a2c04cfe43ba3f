import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { loginShells } from './index.ts';
import { parseLoginShells } from './login-shells.ts';

it('reads a list of shells as the C library does', () => {
  const text = '# /bin/x\n/bin/sh\n  /bin/bash # b\n\n/\nzsh /bin/zsh\n/bin/a#c\r\n/bin/cr\r\n/last';
  expect(parseLoginShells(text)).toEqual(['/bin/sh', '/bin/bash', '/bin/zsh', '/bin/a', '/bin/cr', '/last']);
});

it('knows the shells of the machine', () => {
  // A list may name a shell twice.
  expect(loginShells()).toEqual(new Set(parseLoginShells(readFileSync('/etc/shells', 'utf8'))));
});

it('has the shells of the C library where there is no list', () => {
  expect([...loginShells('/nonexistent/shells')]).toEqual(['/bin/sh', '/bin/csh']);
  expect(() => loginShells('/')).toThrow(expect.objectContaining({ code: 'EISDIR' }));
});
