import { join } from 'node:path';
import { peerPath } from '@pure-ftpd/peers';
import { workspaceRoot } from '@pure-ftpd/workspace';

/** One side of a comparison: where its programs are. */
export interface Side {
  readonly name: 'C' | 'ours';
  readonly program: (name: Program) => string;
}

export type Program =
  | 'pure-authd'
  | 'pure-certd'
  | 'pure-ftpd'
  | 'pure-pw'
  | 'pure-pwconvert'
  | 'pure-quotacheck'
  | 'pure-uploadscript'
  | 'pure-ftpwho'
  | 'pure-mrtginfo';

/** The C programs. */
export const c: Side = { name: 'C', program: peerPath };

/** The programs of this repository, as a user calls them. */
export const ours: Side = { name: 'ours', program: (name) => join(workspaceRoot, 'node_modules', '.bin', name) };

export const sides: readonly Side[] = [c, ours];
