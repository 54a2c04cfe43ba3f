// Apart from what loads koffi: who uses the library has no types of that.
import { NativeUnavailableError } from './native-unavailable-error.ts';
import { libc } from './native.ts';

/**
 * Why no native call can be made here.
 * @returns undefined where they can.
 */
export function whyNoNativeCalls(): string | undefined {
  try {
    libc();
    return undefined;
  } catch (error) {
    if (error instanceof NativeUnavailableError) return error.message;
    throw error;
  }
}
