// The door to the table for people.

export { sessionTable, type SessionTableOptions } from './session-table.ts';
