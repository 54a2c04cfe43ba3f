// The languages that clients are spoken to in [languages §4].
import { PureFtpdLanguages } from '@pure-ftpd/messages';

import { option } from '../option.ts';
import { BadValue } from '../values.ts';

const builtIn = new PureFtpdLanguages();

/** The language of a tag, as BCP 47 writes it. */
function languageOf(tag: string): string {
  const language = builtIn.find(tag);
  if (language === undefined) throw new BadValue(`one of ${builtIn.offered.join(', ')} is`);
  return language;
}

export const LANGUAGE_OPTIONS = [
  option({
    long: 'language',
    argument: 'tag',
    values: builtIn.offered,
    description: 'the language of replies, until a client asks for another one (en)',
    notes: 'Logs and errors at the start are in English whatever the language.',
    fields: {
      /** As BCP 47 writes it. */
      language: builtIn.initial,
    },
    set: (tag) => ({ language: languageOf(tag) }),
  }),
  option({
    long: 'offer-languages',
    argument: 'tag,tag',
    description: 'the languages clients may ask for with LANG (all there are)',
    notes: 'With that of `--language` alone there is no LANG.',
    fields: {
      /** As BCP 47 writes them. */
      offeredLanguages: builtIn.offered,
    },
    set: (tags) => ({ offeredLanguages: [...new Set(tags.split(',').map(languageOf))] }),
  }),
];
