// Forms of what users may use: the options say it of everybody, and accounts of themselves.

/** Bytes in a second, each way; undefined is no limit. */
export interface Bandwidth {
  readonly upload: number | undefined;
  readonly download: number | undefined;
}

/** How much may be downloaded for what is uploaded; both above 0. */
export interface Ratio {
  readonly upload: number;
  readonly download: number;
}
