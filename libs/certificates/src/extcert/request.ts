// What a server asks a certificate daemon [spec quota-upload-auth-cert §4].
import { isServerName } from '../certificate-names.ts';

/** A request is shorter; more is none. */
export const MAX_REQUEST_BYTES = 4095;

/**
 * The question for the certificate of a name.
 * @throws TypeError for what is no server name: it could be more than one line.
 */
export function certificateRequest(name: string): Buffer {
  if (!isServerName(name)) throw new TypeError(`not a server name: ${JSON.stringify(name)}`);
  return Buffer.from(`sni_name:${name}\nend\n`);
}

/**
 * The name of a question; undefined when there is none in it, or one that no server asks for.
 * @param lines The request up to its `end` line.
 */
export function requestedName(lines: readonly string[]): string | undefined {
  const line = lines.findLast((text) => text.startsWith('sni_name:'));
  const name = line?.slice('sni_name:'.length);
  return name !== undefined && isServerName(name) ? name : undefined;
}
