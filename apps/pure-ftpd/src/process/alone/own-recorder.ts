import { encodeName } from '@pure-ftpd/protocol';

import type { UploadRecorder } from '../../contract/daemon.ts';
import type { PureFtpdSession } from '../../contract/session.ts';
import type { UploadEvents } from '../uploads/upload-events.ts';

/** Writes down the uploads of a server that serves itself. */
export function ownRecorder(uploads: UploadEvents | undefined): UploadRecorder<PureFtpdSession> | undefined {
  if (uploads === undefined) return undefined;
  return {
    get isFull() {
      return uploads.isFull;
    },
    record: ({ sessionId, admittedAccount }, { path, size, perms }) =>
      uploads.record({
        session: sessionId,
        path: encodeName(path),
        vuser: encodeName(admittedAccount?.login ?? ''),
        uid: process.geteuid?.() ?? 0,
        gid: process.getegid?.() ?? 0,
        size,
        perms,
      }),
  };
}
