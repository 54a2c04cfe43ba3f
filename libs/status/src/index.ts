// The public door: what every look at sessions needs. What reads XML, and what draws a live table, is behind doors of its own.

export { controlSource, type ControlSourceOptions } from './control-source.ts';
export { formatFragment } from './formats/fragment.ts';
export { formatJson } from './formats/json.ts';
export { formatPlist } from './formats/plist.ts';
export { formatShell } from './formats/shell.ts';
export { formatText, type TextOptions } from './formats/text.ts';
export { formatXml } from './formats/xml.ts';
export { CGI_HEAD, formatPage, formatTroublePage, type PageOptions, refreshOf } from './page/page.ts';
export { problemOf } from './problem.ts';
export { ReportError } from './reports/report-file.ts';
export { scoreboardSource, type ScoreboardSourceOptions } from './scoreboard-source.ts';
export { allOf, type SessionSource } from './session-source.ts';
export { type Hosts, type SessionView, viewOf } from './session-view.ts';
export { forPeople } from './totals.ts';
