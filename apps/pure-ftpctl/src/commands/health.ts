import { say, withServer } from '../control.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';

/** Says how the server is, and how full. @returns 1 when it serves nobody new. */
export async function health(given: Given): Promise<number> {
  const { is, limits } = await withServer(given, async (control) => ({
    is: (await control.ask({ type: 'health' })).done,
    limits: (await control.ask({ type: 'limits' })).done,
  }));
  if (given.options.has('json')) say(JSON.stringify({ ...is, limits }));
  else {
    say(`${is.state} since ${timeOf(is.startedAt)}: version ${is.version}, process ${is.pid}, ${is.mode}`);
    if (is.reloadedAt !== undefined)
      say(`reloaded ${timeOf(is.reloadedAt)}; configurations in use: ${is.configurations}`);
    say(`${usedOf(limits.sessions)} sessions, ${is.workers} workers`);
    if (is.bans !== undefined) say(is.bans === 1 ? '1 ban' : `${is.bans} bans`);
    const { perAddress, perUser, anonymous } = limits;
    say(`of one address ${usedOf(perAddress)}, of one user ${usedOf(perUser)}, anonymous ${usedOf(anonymous)}`);
    tellBandwidth('a session', limits.bandwidth);
    tellBandwidth('a user', limits.userBandwidth);
    tellBandwidth('the server', limits.serverBandwidth);
  }
  return is.state === 'serving' ? ExitStatus.done : ExitStatus.found;
}

interface Rates {
  readonly upload?: number | undefined;
  readonly download?: number | undefined;
}

/** Says what limits there are. */
function tellBandwidth(of: string, { upload, download }: Rates = {}): void {
  if (upload !== undefined || download !== undefined)
    say(`bandwidth of ${of}: upload ${rateOf(upload)}, download ${rateOf(download)}`);
}

function rateOf(bytes: number | undefined): string {
  return bytes === undefined ? 'unlimited' : `${bytes / 1024} KiB/s`;
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** A limit of 0 is none. */
function usedOf({ used, limit }: { readonly used: number; readonly limit: number }): string {
  return limit === 0 ? String(used) : `${used} of ${limit}`;
}
