import type { Session } from '../contract/session.ts';

/** What FEAT says where there is TLS. */
export function withTls(text: string): (session: Session) => string | undefined {
  return (session) => (session.settings.tlsService() === undefined ? undefined : text);
}
