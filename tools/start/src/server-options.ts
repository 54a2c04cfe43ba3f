/** Where the server will listen, as far as its options tell. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where `npm start` serves unless told otherwise. */
export const DEFAULT_ENDPOINT: Endpoint = { host: '127.0.0.1', port: 2121 };

/**
 * The value of the last occurrence of an option among arguments for pure-ftpd: `-S v`, `-Sv`, `--bind v` or `--bind=v`;
 * undefined when it is not there. Nothing after `--` is an option.
 * @param short Undefined for an option that has no short name.
 */
export function optionValue(args: readonly string[], short: string | undefined, long: string): string | undefined {
  let value: string | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg === '--') break;
    if (arg === `--${long}` || (short !== undefined && arg === `-${short}`)) value = args[index + 1];
    else if (arg.startsWith(`--${long}=`)) value = arg.slice(long.length + 3);
    else if (short !== undefined && arg.startsWith(`-${short}`)) value = arg.slice(2);
  }
  return value;
}

/** Whether the arguments ask for a text (`--help`, `--version`) instead of a server. */
export function asksForText(args: readonly string[]): boolean {
  return args.some((arg) => ['-h', '--help', '--version'].includes(arg));
}

/**
 * The endpoint in the value of `-S`: `PORT`, `IP,`, `IP,PORT` or `,PORT`. All addresses are reached by loopback. Undefined when
 * the port is a service name other than ftp: the server knows, we do not.
 */
export function parseBind(value: string): Endpoint | undefined {
  const comma = value.lastIndexOf(',');
  const host = comma < 0 ? '' : value.slice(0, comma);
  const service = value.slice(comma + 1);
  const port = service === '' || service === 'ftp' ? 21 : /^\d{1,5}$/.test(service) ? Number(service) : Number.NaN;
  if (Number.isNaN(port) || port > 65_535) return undefined;
  return { host: ['', '0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host, port };
}
