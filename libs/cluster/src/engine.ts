/** What is done in one call each: `scripts.ts` says how. */
export type ScriptName = 'take' | 'give' | 'renew' | 'sync' | 'touch' | 'leave';

/** A call. */
export interface ScriptCall {
  readonly script: ScriptName;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** What a script says when the node has no lease: it has to say with `sync` what it holds. */
export const UNKNOWN_NODE = -1;

/** Who keeps what is counted. Calls are done in the order in which they are made. */
export interface Engine {
  /** @returns What the script says. Rejects when the engine is away. */
  run(call: ScriptCall): Promise<number>;
}
