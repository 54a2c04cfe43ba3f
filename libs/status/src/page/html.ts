import { printableName } from '@pure-ftpd/protocol';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for any place in HTML where text may be: between tags, or in an attribute with quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/**
 * A name that came from a client: control characters, bytes that are no text and marks that turn text around are shown as such
 * (`\x0a`), and its direction does not touch what stands beside it.
 */
export function nameHtml(name: string): string {
  return `<bdi>${escapeHtml(printableName(name))}</bdi>`;
}
