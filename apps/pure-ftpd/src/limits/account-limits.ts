// What an account may use, by what it says itself and by what the server says of everybody [server-behaviour §3, §7].
import type { Account } from '@pure-ftpd/auth';
import type { Bandwidth, Configuration, Ratio } from '@pure-ftpd/options';
import type { QuotaLimits } from '@pure-ftpd/quota';

type Who = Pick<Account, 'method' | 'limits'>;

function isAnonymous({ method }: Who): boolean {
  return method === 'anonymous';
}

/** The quota of an account; undefined where it has none. Anonymous users have none: they share what they bring. */
export function quotaOf(account: Who, { quota }: Pick<Configuration, 'quota'>): QuotaLimits | undefined {
  if (isAnonymous(account)) return undefined;
  const { quotaFiles: files = quota?.files, quotaSize: bytes = quota?.bytes } = account.limits;
  return files === undefined && bytes === undefined ? undefined : { files, bytes };
}

/** The bandwidth of an account; undefined where it has no limit. A limit of 0 in the account says nothing. */
export function bandwidthOf(
  account: Who,
  { anonymousBandwidth, bandwidth }: Pick<Configuration, 'anonymousBandwidth' | 'bandwidth'>,
): Bandwidth | undefined {
  const general = isAnonymous(account) ? (anonymousBandwidth ?? bandwidth) : bandwidth;
  const upload = positive(account.limits.uploadBandwidth) ?? general?.upload;
  const download = positive(account.limits.downloadBandwidth) ?? general?.download;
  return upload === undefined && download === undefined ? undefined : { upload, download };
}

/** The ratio of an account; undefined where it has none, or half of one. */
export function ratioOf(
  account: Who,
  { anonymousRatio, ratio }: Pick<Configuration, 'anonymousRatio' | 'ratio'>,
): Ratio | undefined {
  const general = isAnonymous(account) ? (anonymousRatio ?? ratio) : ratio;
  const { uploadRatio: upload = general?.upload, downloadRatio: download = general?.download } = account.limits;
  return upload !== undefined && download !== undefined && upload > 0 && download > 0
    ? { upload, download }
    : undefined;
}

/** The ratio of which the greeting tells. */
export function announcedRatio({
  anonymousRatio,
  ratio,
}: Pick<Configuration, 'anonymousRatio' | 'ratio'>): (Ratio & { readonly of: 'anonymous' | 'everybody' }) | undefined {
  if (ratio !== undefined) return { ...ratio, of: 'everybody' };
  return anonymousRatio === undefined ? undefined : { ...anonymousRatio, of: 'anonymous' };
}

function positive(limit: bigint | undefined): number | undefined {
  return limit === undefined || limit <= 0n ? undefined : Number(limit);
}
