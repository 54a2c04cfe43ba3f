/** More than any process id. */
const STEP = 2 ** 22;

let second = -1;
let begun = 0;

/**
 * What distinguishes the sessions that began in one second, in transfer logs: the process id, as where every session has a
 * process of its own, and for each further one of this process a larger number.
 * @param startedAt Milliseconds since 1970.
 */
export function sessionNumber(startedAt: number): number {
  const itsSecond = Math.floor(startedAt / 1000);
  // Sessions come in the order of their beginning but for those that another process hands over late.
  if (itsSecond > second) {
    second = itsSecond;
    begun = 0;
  }
  const number = process.pid + begun * STEP;
  begun += 1;
  return number;
}
