import { wideDate } from './wide-date.ts';

/** Digits of a number that count; the others are passed over. */
const MAX_DIGITS = 41;

/** More than a date takes. */
const DATE_BYTES = 64;

const LARGEST = 2n ** 64n - 1n;
const LF = 0x0a;

/** What strtoull(3) and an assignment to time_t make of digits. */
function seconds(digits: string): bigint {
  const number = digits === '' ? 0n : BigInt(digits);
  return BigInt.asIntN(64, number > LARGEST ? LARGEST : number);
}

/**
 * Turns the number at the beginning of each line into a date [altlog-stats §5]. The byte behind the number is swallowed,
 * whatever it is; control bytes of the rest are dropped. Keeps the state between chunks, and no more than a number.
 */
export class StatsDecoder {
  /** Undefined behind the number of a line. */
  #digits: string | undefined = '';
  #lastDigits: string | undefined;
  #lastDate = '';

  /** The chunk decoded. What has no end yet, a number at the end of the input, is left out. */
  push(chunk: Uint8Array): Buffer {
    let output: Buffer = Buffer.allocUnsafe(chunk.length + DATE_BYTES);
    let to = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#digits === undefined) {
        if ((byte >= 0x20 && byte !== 0x7f) || byte === LF) output[to++] = byte;
        if (byte === LF) this.#digits = '';
      } else if (byte >= 0x30 && byte <= 0x39) {
        if (this.#digits.length < MAX_DIGITS) this.#digits += String.fromCharCode(byte);
      } else {
        const left = chunk.length - at;
        if (output.length - to < left + DATE_BYTES) output = enlarged(output, to, left);
        to += output.write(`${this.#date(this.#digits)} `, to, 'latin1');
        this.#digits = byte === LF ? '' : undefined;
      }
    }
    return output.subarray(0, to);
  }

  /** The same second is asked for line after line in a busy log. */
  #date(digits: string): string {
    if (digits !== this.#lastDigits) {
      this.#lastDate = wideDate(seconds(digits));
      this.#lastDigits = digits;
    }
    return this.#lastDate;
  }
}

function enlarged(output: Buffer, used: number, left: number): Buffer {
  const larger = Buffer.allocUnsafe(2 * output.length + left + DATE_BYTES);
  output.copy(larger, 0, 0, used);
  return larger;
}
