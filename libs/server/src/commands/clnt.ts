// CLNT: clients say what they are; no RFC, but many wait for the answer
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function clnt(session: Session, client: string): Outcome {
  session.clientName = client;
  return { name: 'clientNoted' };
}

/** The row of CLNT in the table of verbs. */
export const clntRow: CommandRow = {
  verb: 'CLNT',
  argument: 'required',
  phase: 'always',
  feature: 'CLNT',
  syntax: '<SP> name',
  help: 'say what client this is',
  run: clnt,
};
