// A property list of NeXTSTEP's heirs (spec scoreboard-ftpwho section 5.7).

import type { SessionView } from '../session-view.ts';
import { bytesOf, markupText, sizesKnown, stateText } from './c-values.ts';
import { XML_DECLARATION } from './xml.ts';

const HEAD = `${XML_DECLARATION}<!DOCTYPE plist PUBLIC "-//Apple Computer//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
\t<key>user-info</key>
\t<array>
`;
const FOOT = '\t</array>\n</dict>\n</plist>\n';

type Pair = readonly [key: string, value: string | number | bigint];

function sizes(view: SessionView): readonly Pair[] {
  const { restart, current, total, percentage, bytesPerSecond } = view;
  const known = sizesKnown(view);
  if (known === 'none')
    return ['resume', 'current_size', 'total_size', 'percentage', 'bandwidth'].map((key) => [key, '']);
  const moved: readonly Pair[] = [
    ['resume', restart],
    ['current_size', current],
  ];
  const of: readonly Pair[] = [
    ['total_size', total],
    ['percentage', percentage],
  ];
  return [...moved, ...(known === 'both' ? of : []), ['bandwidth', bytesPerSecond]];
}

function dict(view: SessionView): string {
  const pairs: readonly Pair[] = [
    ['pid', view.pid],
    ['account', markupText(bytesOf(view.login))],
    ['time', view.since],
    ['state', stateText(view)],
    ['file', markupText(bytesOf(view.file))],
    ['host', markupText(bytesOf(view.hosts.peer))],
    ['localhost', markupText(bytesOf(view.hosts.local))],
    ['localport', view.local.port],
    ...sizes(view),
  ];
  const lines = pairs.map(([key, value]) => `\t\t\t<key>${key}</key>\n\t\t\t<string>${value}</string>\n`);
  return `\t\t<dict>\n${lines.join('')}\t\t</dict>\n`;
}

/** The whole output, a character for each byte. */
export function formatPlist(views: readonly SessionView[]): string {
  return HEAD + views.map(dict).join('') + FOOT;
}
