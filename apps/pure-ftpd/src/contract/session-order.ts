/** What an administrator has ordered for a session, while it lasts: done at once, by the process that has it. */
export type SessionOrder =
  /** It ends. */
  | { readonly kind: 'kick' }
  /** Its bandwidth, in bytes a second: 0 for no limit, undefined for what it was. */
  | { readonly kind: 'throttle'; readonly upload: number | undefined; readonly download: number | undefined }
  /** How much of it is logged: as `-d`, that many times. */
  | { readonly kind: 'verbosity'; readonly level: number };
