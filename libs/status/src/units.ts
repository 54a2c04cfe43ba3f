// Figures for people, who read them at a glance.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** Bytes with three digits that count: `14.2 MiB`. */
export function bytesForPeople(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** `14.2 MiB/s` */
export function rateForPeople(bytesPerSecond: number): string {
  return `${bytesForPeople(bytesPerSecond)}/s`;
}

const DURATIONS = [
  { large: 86_400, small: 3600, names: ['d', 'h'] },
  { large: 3600, small: 60, names: ['h', 'min'] },
  { large: 60, small: 1, names: ['min', 's'] },
] as const;

/** A time that something takes, in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`. */
export function durationForPeople(seconds: number): string {
  for (const { large, small, names } of DURATIONS) {
    if (seconds < large) continue;
    const rest = Math.floor((seconds % large) / small);
    const many = `${Math.floor(seconds / large)} ${names[0]}`;
    return rest === 0 ? many : `${many} ${rest} ${names[1]}`;
  }
  return `${Math.floor(seconds)} s`;
}

/** Whole kibibytes, in groups of three digits: `131,584`. */
export function kilobytesForPeople(bytes: bigint): string {
  return (bytes / 1024n).toLocaleString('en-US');
}
