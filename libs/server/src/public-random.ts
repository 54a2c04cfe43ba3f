import { randomFillSync } from 'node:crypto';

/** As many at once as a call costs little more for. */
const DRAWN = 4096;

const drawn = Buffer.allocUnsafeSlow(DRAWN);
let used = DRAWN;

/**
 * Random bytes for what everybody may see, such as ids and initialization vectors; keys are not made of them, since they lie in
 * memory before they are needed. To draw them one by one takes longer than a command.
 * @param size At most some hundred.
 */
export function publicRandomBytes(size: number): Buffer {
  if (used + size > DRAWN) {
    randomFillSync(drawn);
    used = 0;
  }
  used += size;
  return Buffer.from(drawn.subarray(used - size, used));
}
