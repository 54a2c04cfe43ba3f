import type { Ratio } from '@pure-ftpd/options';
import type { SessionEvent } from '@pure-ftpd/server';

/** What a session has moved in files, in bytes: what a ratio is about. Listings do not count. */
export class TransferCredit {
  uploaded = 0;
  downloaded = 0;

  /** Counts a transfer that has ended. */
  event(event: SessionEvent): void {
    if (event.type !== 'transfer') return;
    if (event.direction === 'receive') this.uploaded += event.bytes;
    else this.downloaded += event.bytes;
  }

  /** Whether so many bytes more may be downloaded, in the C server's arithmetic [server-behaviour §7]. */
  allows(bytes: number, { upload, download }: Ratio): boolean {
    return Math.floor((this.downloaded + bytes) / download) <= Math.floor(this.uploaded / upload);
  }
}
