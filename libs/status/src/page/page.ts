import type { SessionView } from '../session-view.ts';
import { forPeople, totalsOf } from '../totals.ts';
import { rateForPeople } from '../units.ts';
import { escapeHtml } from './html.ts';
import { COLUMNS, row } from './rows.ts';
import { STYLE, STYLE_HASH } from './style.ts';

const TITLE = 'Pure-FTPd server status';

/** No script, no picture, nothing from anywhere: whatever a client may have smuggled in does nothing. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/** Lines before the page when a web server runs the program. */
export const CGI_HEAD = [
  'Content-Type: text/html; charset=utf-8',
  'Cache-Control: no-store',
  `Content-Security-Policy: ${POLICY}; frame-ancestors 'self'`,
  'Referrer-Policy: no-referrer',
  'X-Content-Type-Options: nosniff',
].join('\n');

/** How the page comes to be. */
export interface PageOptions {
  /** Unix time in seconds. */
  readonly now: bigint;
  /** Seconds until the page is loaded again; undefined: never. */
  readonly refresh: number | undefined;
  /** The page is made anew for each request, so that a link may stop and start its refreshing. */
  readonly isLive: boolean;
}

/** A live page is fresh at each look. */
const LIVE_REFRESH = 5;
/** A file is made by cron, say once in a minute. */
const FILE_REFRESH = 30;

/** When a page is to be loaded again, after the query of its address: `?refresh=off` is what the link on it asks for. */
export function refreshOf(query: string | undefined): number | undefined {
  if (query === undefined) return FILE_REFRESH;
  return new URLSearchParams(query).get('refresh') === 'off' ? undefined : LIVE_REFRESH;
}

function head(refresh: number | undefined): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${TITLE}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
${refresh === undefined ? '' : `<meta http-equiv="refresh" content="${refresh}">\n`}<style>${STYLE}</style>
</head>
<body>
`;
}

function banner({ now, refresh, isLive }: PageOptions): string {
  const time = new Date(Number(now) * 1000);
  const iso = time.toISOString();
  const shown = `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
  const again = refresh === undefined ? 'does not refresh' : `refreshes every ${refresh} s`;
  const link = isLive
    ? ` · <a href="${refresh === undefined ? '?' : '?refresh=off'}">${refresh === undefined ? 'resume' : 'pause'}</a>`
    : '';
  return `<header>
<h1>${TITLE}</h1>
<p><time datetime="${iso}">${shown}</time> · ${again}${link}</p>
</header>
`;
}

function tile(title: string, count: number, rate?: number): string {
  const speed = rate === undefined || count === 0 ? '' : ` <small>${rateForPeople(rate)}</small>`;
  return `<div><dt>${title}</dt><dd>${count}${speed}</dd></div>\n`;
}

function totals(views: readonly SessionView[]): string {
  const { sessions, downloads, uploads, downloadBytesPerSecond, uploadBytesPerSecond } = totalsOf(views);
  const tiles = [
    tile('Sessions', sessions),
    tile('Downloads', downloads, downloadBytesPerSecond),
    tile('Uploads', uploads, uploadBytesPerSecond),
  ];
  return `<dl class="totals">\n${tiles.join('')}</dl>\n`;
}

function table(views: readonly SessionView[]): string {
  if (views.length === 0) return '<p class="notice">Nobody is connected.</p>\n';
  const headers = COLUMNS.map((column) => `<th scope="col" role="columnheader">${column}</th>`).join('');
  return `<table role="table">
<caption>Sessions, those that transfer first</caption>
<thead role="rowgroup"><tr role="row">${headers}</tr></thead>
<tbody role="rowgroup">
${forPeople(views).map(row).join('')}</tbody>
</table>
`;
}

const FOOT = '</main>\n</body>\n</html>\n';

/** The page of all sessions. */
export function formatPage(views: readonly SessionView[], options: PageOptions): string {
  return `${head(options.refresh)}${banner(options)}<main id="ftp-status">\n${totals(views)}${table(views)}${FOOT}`;
}

/** The page when there is nothing to be read: it says why, and looks again by itself. */
export function formatTroublePage(message: string, options: PageOptions): string {
  const notice = `<p class="notice" role="status">${escapeHtml(message)}</p>\n`;
  return `${head(options.refresh)}${banner(options)}<main id="ftp-status">\n${notice}${FOOT}`;
}
