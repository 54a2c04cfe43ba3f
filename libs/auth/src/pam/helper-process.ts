import type { Duplex } from 'node:stream';

/**
 * A helper as the pool knows it: a process of its own, running {@link runPamHelper} on the other end of `channel`.
 * Nothing but the channel tells it what to do, so that no password is ever in arguments or environment.
 */
export interface PamHelperProcess {
  /** A stream socket; its other end is a descriptor of the helper. */
  readonly channel: Duplex;
  /** Kills it (SIGKILL): a module may be beyond listening. */
  kill(): void;
  /** Resolves when it is gone, with what there is to say of it. Never rejects. */
  readonly ended: Promise<string>;
}

/** Starts a helper. May throw, which is a login that failed. */
export type StartPamHelper = () => PamHelperProcess;
