import type { MethodKind } from './method.ts';
import { UnixBackend } from './unix-backend.ts';

/** `-l unix`. */
export const UNIX: MethodKind = {
  name: 'unix',
  argument: undefined,
  parse: () => '',
  create: () => new UnixBackend(),
};
