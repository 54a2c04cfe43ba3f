// The public door.

export { pureFtpdCatalogue } from './catalogue.ts';
export { english } from './english.ts';
export { greeting } from './greeting.ts';
export type { GreetingFacts, ListingWords, TransferWords, Words } from './words.ts';
