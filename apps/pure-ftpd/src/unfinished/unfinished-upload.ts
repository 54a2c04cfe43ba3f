// Temporary files of uploads under way, as they are remembered elsewhere: what a killed process leaves is found by that.
import { flag, matching } from '@pure-ftpd/server/internal';

/** A temporary file of an upload. */
export interface UnfinishedUpload {
  /** The root of the user's file system, a path of the machine. */
  readonly root: string;
  /** The directory it is in, a virtual path. */
  readonly directory: string;
  readonly name: string;
  /** Whether it is charged to the quota file in the root. */
  readonly charged: boolean;
}

/** Who remembers them. */
export interface UnfinishedUploads {
  /** One is about to be made; and others of the same name, one after the other. */
  began(upload: UnfinishedUpload): void;
  /** The last file of that name is gone, or has got its own name. */
  ended(name: string): void;
}

/** A path of a directory, in UTF-16 units: it has at most 4096 bytes, and each may be a unit. */
const PATH_LIMIT = 8192;

/** When the session began, its port, the process: tools know them by that [server-behaviour §1]; a random part follows. */
const NAME = /^\.pureftpd-upload\.[0-9a-f]{1,12}\.[0-9a-f]{1,4}\.([0-9a-f]{1,8})\.[0-9a-f]{24}$/;

/** How the names of a session's temporary files begin. */
export function temporaryPrefix(startedAt: number, localPort: number): string {
  const parts = [Math.floor(startedAt / 1000), localPort, process.pid];
  return `.pureftpd-upload.${parts.map((part) => part.toString(16)).join('.')}.`;
}

/** The process that has made a temporary file, by its name. */
export function makerOf(name: string): number {
  return Number.parseInt(NAME.exec(name)?.[1] ?? '', 16);
}

/** The name of a temporary file of ours, and of nothing else. */
export const temporaryName = matching(NAME, 'the name of a temporary file');

const absolute = matching(/^\/[^\0]*$/, 'an absolute path', PATH_LIMIT);

/** What is said of one. */
export const unfinishedFields = { root: absolute, directory: absolute, name: temporaryName, charged: flag } as const;
