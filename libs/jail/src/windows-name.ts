// Windows reads more into a name than other systems do (Microsoft, "Naming Files, Paths, and Namespaces").

/** Separators, drive letters and streams (`:`), wildcards, control characters. */
const FORBIDDEN = /[\0-\x1f<>:"/\\|?*]/;
/** Devices in every directory, with any extension; superscript digits count as digits. */
const DEVICE = /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3])(?:[. ]|$)/i;

/**
 * Whether Windows takes a name for the plain name of a directory entry. Names that end in dots or spaces are not: Windows
 * drops those, so that two names would be one file.
 */
export function isWindowsName(name: string): boolean {
  return name !== '' && !FORBIDDEN.test(name) && !DEVICE.test(name) && !/[. ]$/.test(name);
}
