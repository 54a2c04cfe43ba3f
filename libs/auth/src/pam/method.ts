import type { MethodKind } from '../method.ts';
import { PamBackend } from './pam-backend.ts';

/** `-l pam`. */
export const PAM: MethodKind = {
  name: 'pam',
  argument: undefined,
  parse: () => '',
  create: (_path, { pamPool }) => new PamBackend(pamPool()),
};
