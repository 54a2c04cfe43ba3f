/**
 * A native call is not to be had here: another operating system, a C library without it, or koffi is not installed.
 * `cause` has what the loader said.
 */
export class NativeUnavailableError extends Error {
  override readonly name = 'NativeUnavailableError';
  readonly code = 'NATIVE_UNAVAILABLE';
}
