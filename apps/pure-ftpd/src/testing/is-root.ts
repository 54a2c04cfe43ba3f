/** Whether the tests run as root. */
export const isRoot: boolean = process.getuid?.() === 0;
