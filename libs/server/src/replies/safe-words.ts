/** Most bytes of a developer's words in one reply. */
const LIMIT = 200;

const encoder = new TextEncoder();

/** A text that may come from anywhere, as it may stand in a reply: on one line, without control characters, of 200 bytes at most. */
export function safeWords(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  const { read } = encoder.encodeInto(line, new Uint8Array(LIMIT));
  return line.slice(0, read);
}
