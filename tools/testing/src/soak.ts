/** Whether tests run in their long form: `npm run soak`, or `SOAK=1` for one file. */
export const isSoak: boolean = process.env['SOAK'] === '1';

/**
 * The two forms of what a test does much or long: `npm test` takes the short one, `npm run soak` the long one, in every test file
 * that calls this.
 * @param short A few seconds on two busy processors at most.
 * @param long Minutes, or an hour.
 */
export function soak<T>(short: T, long: T): T {
  return isSoak ? long : short;
}
