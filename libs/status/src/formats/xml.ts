// XML (spec scoreboard-ftpwho section 5.6). Every byte from 128 on is a character of the declared encoding, so that the document is
// sound whatever a name is made of, and whoever reads it gets the bytes of names back by that encoding.

import type { SessionView } from '../session-view.ts';
import { attributeText, bytesOf, sizesKnown, stateText } from './c-values.ts';

export const XML_DECLARATION = '<?xml version="1.0" encoding="ISO-8859-15"?>\n';

const CONTROL = /[\0-\x1f\x7f]/;
const NOT_IN_PATHS = /[^A-Za-z0-9/._~-]/g;

/** Attributes of a name: as C has them, and, where C lost a byte, the bytes, with `%` and two digits for most. */
function nameAttributes(attribute: string, name: string): [string, string][] {
  const bytes = bytesOf(name);
  const asInC: [string, string] = [attribute, attributeText(bytes)];
  if (!CONTROL.test(bytes)) return [asInC];
  const encoded = bytes.replace(
    NOT_IN_PATHS,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return [asInC, [`${attribute}_encoded`, encoded]];
}

function sizes(view: SessionView): [string, bigint][] {
  const { restart, current, total, percentage, bytesPerSecond } = view;
  const known = sizesKnown(view);
  if (known === 'none') return [];
  const of: [string, bigint][] = [
    ['total_size', total],
    ['percentage', percentage],
  ];
  return [
    ['resume', restart],
    ['current_size', current],
    ...(known === 'both' ? of : []),
    ['bandwidth', bytesPerSecond],
  ];
}

function client(view: SessionView): string {
  const attributes: readonly (readonly [string, string | number | bigint])[] = [
    ['pid', view.pid],
    ...nameAttributes('account', view.login),
    ['time', view.since],
    ['state', stateText(view)],
    ...nameAttributes('file', view.file),
    ['host', attributeText(bytesOf(view.hosts.peer))],
    ['localhost', attributeText(bytesOf(view.hosts.local))],
    ['localport', view.local.port],
    ...sizes(view),
  ];
  return `  <client ${attributes.map(([name, value]) => `${name}="${value}"`).join(' ')} />\n`;
}

/** The whole output, a character for each byte. */
export function formatXml(views: readonly SessionView[]): string {
  return `${XML_DECLARATION}<status>\n${views.map(client).join('')}</status>\n`;
}
