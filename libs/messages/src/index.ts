// The public door.

export { greeting, type GreetingFacts } from './greeting.ts';
export { PureFtpdLanguages } from './languages.ts';
export { BadMessages, type CustomMessages, lackingIn, parseMessages } from './messages-file.ts';
export { note } from './notes.ts';
export { daemonReason } from './reasons.ts';
export type { Sentences } from './sentences.ts';
export type { Words } from './words.ts';
