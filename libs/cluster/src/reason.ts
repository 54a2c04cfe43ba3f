/** What the engine says, in words of ours: its own may repeat the password. */
const CODES: Readonly<Record<string, string>> = {
  WRONGPASS: 'the user or the password is wrong',
  NOAUTH: 'it wants a password',
  NOPERM: 'its user may not do that',
  LOADING: 'it loads its data',
  READONLY: 'it is a replica, which cannot be written',
  MOVED: 'it is a cluster of its own, which cannot be used',
  OOM: 'its memory is full',
  MISCONF: 'it cannot save its data',
  BUSY: 'it is busy with a script',
};

/**
 * Why a call failed, without anything that the engine has written.
 * @param isReply Whether it is the engine that said so.
 */
export function reasonOf(error: unknown, isReply: boolean): string {
  if (!(error instanceof Error)) return 'unknown';
  if (isReply) {
    const [code = ''] = /^[A-Z]{1,20}(?= )/.exec(error.message) ?? [];
    return CODES[code] ?? `it answers with an error${code === '' ? '' : `, ${code}`}`;
  }
  // Those of the system have an address in them; what TLS says may have names out of a certificate.
  if ('syscall' in error) return error.message;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'Error' ? error.message : error.name;
}
