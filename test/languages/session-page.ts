// One page with a session in many languages side by side, for people who read them.
import type { Step } from './whole-session.ts';

/** A session as it was in one language. */
export interface SpokenSession {
  readonly tag: string;
  readonly steps: readonly Step[];
}

const STYLE = `
  body { font: 13px/1.35 sans-serif; margin: 0; }
  table { border-collapse: collapse; }
  th, td { border: 1px solid #ccc; padding: 3px 6px; vertical-align: top; text-align: left; }
  td { min-width: 22em; white-space: pre-wrap; }
  thead th { position: sticky; top: 0; background: #eee; z-index: 1; }
  tbody th { position: sticky; left: 0; background: #f6f6f6; font-family: monospace; }
`;

/** The page: a row for a command, a column for a language. */
export function sessionPage(sessions: readonly SpokenSession[]): string {
  const commands = sessions[0]?.steps.map(({ sent }) => sent) ?? [];
  const rows = commands.map((sent, at) => {
    const cells = sessions.map(({ tag, steps }) => `<td lang="${tag}">${escaped(said(steps[at]))}</td>`);
    return `<tr><th>${escaped(sent)}</th>${cells.join('')}</tr>`;
  });
  const head = sessions.map(({ tag }) => `<th>${escaped(`${tag} ${ownName(tag)}`)}</th>`).join('');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A session in ${sessions.length} languages</title>
<style>${STYLE}</style>
<table>
<thead><tr><th></th>${head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</html>
`;
}

function said(step: Step | undefined): string {
  return step?.heard.join('\n') ?? '';
}

/** What a language calls itself. */
function ownName(tag: string): string {
  return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
