// The languages of the daemon [languages §1].
import { Languages } from '@pure-ftpd/server';

import { pureFtpdCatalogue } from './catalogue.ts';
import { english } from './languages/english.ts';
import { Sentences } from './sentences.ts';
import type { Words } from './words.ts';

/** Those that are built in, by tag, in the order of FEAT. */
const WORDS: ReadonlyMap<string, Words> = new Map([['en', english]]);

/** What the daemon says, in every language it has. */
export class PureFtpdLanguages extends Languages {
  readonly #sentences = new Map<string, Sentences>();

  constructor(initial = 'en', offered: readonly string[] = [...WORDS.keys()]) {
    super(initial, offered, (tag) => pureFtpdCatalogue(this.sentencesOf(tag)));
  }

  /** The sentences of a language; one that is not built in leaves it to English. */
  sentencesOf(tag: string): Sentences {
    const known = this.#sentences.get(tag);
    if (known !== undefined) return known;
    const words = WORDS.get(tag);
    if (words === undefined) return this.sentencesOf('en');
    const sentences = new Sentences(tag, words);
    this.#sentences.set(tag, sentences);
    return sentences;
  }
}
