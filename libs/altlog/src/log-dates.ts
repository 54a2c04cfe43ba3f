// Times of log lines. Node keeps the zone of the process; each time has the offset of its own day.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function clock(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Minutes east of Greenwich as `+0545`; UTC is `-0000`, as the C server writes it [altlog-stats §4.1]. */
function zone(minutesEast: number): string {
  const minutes = Math.abs(minutesEast);
  return `${minutesEast > 0 ? '+' : '-'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
}

/** `20/Nov/2026:23:33:30 -0000`, local time. */
export function clfDate(ms: number): string {
  const date = new Date(ms);
  const day = `${two(date.getDate())}/${MONTHS[date.getMonth()]}/${date.getFullYear()}`;
  return `${day}:${clock(date)} ${zone(-date.getTimezoneOffset())}`;
}

/** `Fri Nov 05 23:33:55 2026`, local time. */
export function xferlogDate(ms: number): string {
  const date = new Date(ms);
  const day = `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${two(date.getDate())}`;
  return `${day} ${clock(date)} ${date.getFullYear()}`;
}

/** `2026-11-20 23:33:47`, in UTC. */
export function w3cDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
