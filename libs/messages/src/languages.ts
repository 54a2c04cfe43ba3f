// The languages of the daemon [languages §1].
import { Languages } from '@pure-ftpd/server';

import { pureFtpdCatalogue } from './catalogue.ts';
import { brazilianPortuguese } from './languages/brazilian-portuguese.ts';
import { catalan } from './languages/catalan.ts';
import { czech } from './languages/czech.ts';
import { danish } from './languages/danish.ts';
import { dutch } from './languages/dutch.ts';
import { english } from './languages/english.ts';
import { french } from './languages/french.ts';
import { german } from './languages/german.ts';
import { hungarian } from './languages/hungarian.ts';
import { italian } from './languages/italian.ts';
import { korean } from './languages/korean.ts';
import { norwegian } from './languages/norwegian.ts';
import { polish } from './languages/polish.ts';
import { romanian } from './languages/romanian.ts';
import { russian } from './languages/russian.ts';
import { simplifiedChinese } from './languages/simplified-chinese.ts';
import { slovak } from './languages/slovak.ts';
import { spanish } from './languages/spanish.ts';
import { swedish } from './languages/swedish.ts';
import { traditionalChinese } from './languages/traditional-chinese.ts';
import { turkish } from './languages/turkish.ts';
import { type CustomMessages, customized, listMessages } from './messages-file.ts';
import { Sentences } from './sentences.ts';
import type { Words } from './words.ts';

/** Those that are built in, by tag, in the order of FEAT. */
export const WORDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['en', english],
  ['ca', catalan],
  ['cs', czech],
  ['da', danish],
  ['de', german],
  ['es', spanish],
  ['fr', french],
  ['hu', hungarian],
  ['it', italian],
  ['ko', korean],
  ['nb', norwegian],
  ['nl', dutch],
  ['pl', polish],
  ['pt-BR', brazilianPortuguese],
  ['ro', romanian],
  ['ru', russian],
  ['sk', slovak],
  ['sv', swedish],
  ['tr', turkish],
  ['zh-CN', simplifiedChinese],
  ['zh-TW', traditionalChinese],
]);

/** What else they are called, in lower case. */
const ALIASES = new Map([
  ['no', 'nb'],
  ['nn', 'nb'],
  ['zh', 'zh-CN'],
  ['zh-hans', 'zh-CN'],
  ['zh-sg', 'zh-CN'],
  ['zh-hant', 'zh-TW'],
  ['zh-hk', 'zh-TW'],
  ['zh-mo', 'zh-TW'],
]);

/** What the daemon says, in every language it has. */
export class PureFtpdLanguages extends Languages {
  readonly #words: ReadonlyMap<string, Words>;
  readonly #sentences = new Map<string, Sentences>();

  /**
   * @param offered What clients may choose from, besides the language that sessions begin in; all there are without it.
   * @param custom Sentences of the administrator's own.
   */
  constructor(initial = 'en', offered?: readonly string[], custom: readonly CustomMessages[] = []) {
    const words = new Map(WORDS);
    for (const messages of custom) words.set(messages.tag, customized(words.get(messages.tag) ?? english, messages));
    super(
      initial,
      offered ?? [...words.keys()],
      (tag) => pureFtpdCatalogue(this.sentencesOf(tag)),
      ALIASES,
      (tag) => JSON.stringify(words.get(tag) ?? english),
    );
    this.#words = words;
  }

  /** The sentences of a language; one that is not there leaves it to English. */
  sentencesOf(tag: string): Sentences {
    const known = this.#sentences.get(tag);
    if (known !== undefined) return known;
    const words = this.#words.get(tag);
    if (words === undefined) return this.sentencesOf('en');
    const sentences = new Sentences(tag, words);
    this.#sentences.set(tag, sentences);
    return sentences;
  }

  /** The sentences of a language as `--messages` reads them. */
  fileOf(tag: string): string {
    return listMessages(tag, this.#words.get(tag) ?? english);
  }
}
