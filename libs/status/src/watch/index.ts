// The door to the live table.

export { watch } from './watch.ts';
