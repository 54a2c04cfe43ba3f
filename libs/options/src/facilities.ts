// The facilities of the system's log, for `-f` [server-options §2].

/** The names of the C library, and their numbers. */
const FACILITIES: Readonly<Record<string, number>> = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  security: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
  mark: 24,
};

/** The facility of the C server where none is asked for. */
export const DEFAULT_FACILITY = 11;

/** The number of a facility, by its name in any case; undefined when there is none. */
export function facilityNumber(name: string): number | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(FACILITIES, key) ? FACILITIES[key] : undefined;
}
