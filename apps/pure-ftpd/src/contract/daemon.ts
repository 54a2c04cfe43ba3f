import type { Configuration } from '@pure-ftpd/options';

import type { EventTeller } from '../events/event.ts';
import type { Log } from '../log/log.ts';
import type { UnfinishedUploads } from '../unfinished/unfinished-upload.ts';
import type { AdmissionOf } from './admission.ts';

/** What all sessions of a process share. */
export interface DaemonOf<Session> {
  readonly configuration: Configuration;
  /** Whom sessions tell what they do. */
  readonly events: EventTeller;
  /** Who remembers temporary files of uploads; undefined where nobody does. */
  readonly unfinished?: UnfinishedUploads;
  /** Who may log in. */
  readonly admission: AdmissionOf<Session>;
  /** Other names of directories; undefined where there is no list of them. */
  readonly aliases: ReadonlyMap<string, string> | undefined;
  readonly log: Pick<Log, 'write'>;
  /** The IPv4 address that `-P` announces, as it is now; or why it is not known. */
  announcedAddress(host: string, session: Session): Promise<string | { readonly reason: string }>;
}
