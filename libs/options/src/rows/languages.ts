// The languages that clients are spoken to in [languages §4].
import { readFileSync, statSync } from 'node:fs';

import { BadMessages, type CustomMessages, parseMessages, PureFtpdLanguages } from '@pure-ftpd/messages';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

import { StartError } from '../errors.ts';
import { initially, option } from '../option.ts';
import { BadValue, filePath } from '../values.ts';

/** Larger than any file of sentences. */
const MAX_FILE_BYTES = 256 * 1024;

const builtIn = new PureFtpdLanguages();

const LANGUAGES = {
  /** As BCP 47 writes it. */
  language: builtIn.initial,
  /** As BCP 47 writes them. */
  offeredLanguages: builtIn.offered,
  /** Sentences of the administrator's own. */
  messages: initially<readonly CustomMessages[]>([]),
};

/** The language of a tag, as BCP 47 writes it. */
function languageOf(tag: string, { messages }: Readonly<typeof LANGUAGES>): string {
  const languages = new PureFtpdLanguages(undefined, undefined, messages);
  const language = languages.find(tag);
  if (language === undefined) throw new BadValue(`one of ${languages.offered.join(', ')} is`);
  return language;
}

/** @throws StartError for a file that cannot be read, with the line that is wrong. */
function messagesOf(file: string): CustomMessages {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) throw new BadMessages('larger than a file of sentences can be');
    return parseMessages(readFileSync(file));
  } catch (error) {
    if (!isSystemError(error) && !(error instanceof BadMessages)) throw error;
    throw new StartError(`--messages ${file}: ${errorText(error)}`, undefined, { cause: error });
  }
}

export const LANGUAGE_OPTIONS = [
  option({
    long: 'messages',
    argument: 'file',
    values: 'file',
    description: 'say these sentences instead of those that are built in; may be repeated',
    notes:
      'Lines `key = text`, in UTF-8, as `--list-messages` prints them; `language = TAG` says which language it is, which may be a new one. ' +
      'Stands before the options that name such a language.',
    fields: LANGUAGES,
    set(value, { messages, offeredLanguages }) {
      const custom = messagesOf(filePath(value));
      const isKnown = builtIn.offered.includes(custom.tag) || offeredLanguages.includes(custom.tag);
      return {
        messages: [...messages, custom],
        offeredLanguages: isKnown ? offeredLanguages : [...offeredLanguages, custom.tag],
      };
    },
  }),
  option({
    long: 'language',
    argument: 'tag',
    values: builtIn.offered,
    description: 'the language of replies, until a client asks for another one (en)',
    notes: 'Logs and errors at the start are in English whatever the language.',
    fields: LANGUAGES,
    set: (tag, now) => ({ language: languageOf(tag, now) }),
  }),
  option({
    long: 'offer-languages',
    argument: 'tag,tag',
    description: 'the languages clients may ask for with LANG (all there are)',
    notes: 'With that of `--language` alone there is no LANG.',
    fields: LANGUAGES,
    set: (tags, now) => ({
      offeredLanguages: [...new Set(tags.split(',').map((tag) => languageOf(tag, now)))],
    }),
  }),
];
