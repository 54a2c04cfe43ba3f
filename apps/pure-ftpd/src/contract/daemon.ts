import type { Configuration } from '@pure-ftpd/options';

import type { EventTeller } from '../events/event.ts';
import type { Log } from '../log/log.ts';
import type { MountedHome } from '../files/mounts.ts';
import type { HomeObjects } from '../files/stored-files.ts';
import type { SharedBandwidth } from '../limits/shared-bandwidth.ts';
import type { UnfinishedUploads } from '../unfinished/unfinished-upload.ts';
import type { AdmissionOf } from './admission.ts';

/** Writes finished uploads down, before their clients hear of them. */
export interface UploadRecorder<Session> {
  /** There is no room for more. */
  readonly isFull: boolean;
  /** Comes back when the upload is kept. @throws when it is not. */
  record(session: Session, file: StoredFile): Promise<void>;
}

/** A file that was uploaded. */
export interface StoredFile {
  /** On the server. */
  readonly path: string;
  /** Bytes, and permissions; undefined where it was gone when it was looked at. */
  readonly size: number | undefined;
  readonly perms: number | undefined;
}

/** Where the homes of `--storage` are. */
export interface HomeStorage<Session> {
  /** What is in the home of a session. @throws FilesystemError when it cannot be reached. */
  open(session: Session, home: MountedHome): HomeObjects;
}

/** What all sessions of a process share. */
export interface DaemonOf<Session> {
  readonly configuration: Configuration;
  /** Whom sessions tell what they do. */
  readonly events: EventTeller;
  /** Who remembers temporary files of uploads; undefined where nobody does. */
  readonly unfinished?: UnfinishedUploads;
  /** Who writes down what was uploaded; undefined where nobody does. */
  readonly uploads?: UploadRecorder<Session>;
  /** What sessions have of bandwidth between them; undefined where nobody transfers anything. */
  readonly sharedBandwidth?: SharedBandwidth;
  /** Homes that are not on this machine; undefined where there are none. */
  readonly storage?: HomeStorage<Session>;
  /** Who may log in. */
  readonly admission: AdmissionOf<Session>;
  /** Other names of directories; undefined where there is no list of them. */
  readonly aliases: ReadonlyMap<string, string> | undefined;
  readonly log: Pick<Log, 'write'>;
  /** The IPv4 address that `-P` announces, as it is now; or why it is not known. */
  announcedAddress(host: string, session: Session): Promise<string | { readonly reason: string }>;
}
