// CLNT: clients say what they are; no RFC, but many wait for the answer
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function clnt(session: Session, client: string): Outcome {
  session.clientName = client;
  return { name: 'clientNoted' };
}
