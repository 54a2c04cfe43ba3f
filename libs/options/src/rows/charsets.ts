// The character sets of names [charsets §3.1].
import { charsetsOf, type CharsetsOptions, CharsetsUnavailable, UnknownCharset } from '@pure-ftpd/charsets';

import { StartError } from '../errors.ts';
import { anything } from '../key-forms.ts';
import { option } from '../option.ts';
import { BadValue } from '../values.ts';

const CHARSET = anything('a character set is');
const EXPECTED = 'a character set such as UTF-8, ISO-8859-15, CP1252, KOI8-R, GBK, BIG5, SHIFT_JIS or EUC-KR is';

/** A name of a charset that is there. */
function known(name: string, asOption: (name: string) => CharsetsOptions): string {
  try {
    charsetsOf(asOption(name));
    return name;
  } catch (error) {
    if (error instanceof UnknownCharset) throw new BadValue(EXPECTED);
    if (error instanceof CharsetsUnavailable) throw new StartError(error.message, undefined, { cause: error });
    throw error;
  }
}

export const CHARSET_OPTIONS = [
  option({
    short: '8',
    long: 'fscharset',
    argument: 'charset',
    description: 'the character set of file names on disk (UTF-8)',
    notes: 'A name that cannot be written in it is refused; names on disk that are not in it are kept as they are.',
    keys: { FileSystemCharset: CHARSET, FSCharset: CHARSET },
    fields: {
      /** As iconv calls it. */
      fileSystemCharset: 'UTF-8',
    },
    set: (value) => ({ fileSystemCharset: known(value, (fileSystem) => ({ fileSystem })) }),
  }),
  option({
    short: '9',
    long: 'clientcharset',
    argument: 'charset',
    description: 'the character set of clients until they ask for UTF-8 (UTF-8)',
    notes:
      'Characters that it lacks are shown as `{U+20AC}`, bytes that are no text as `{xE9}`, and can be sent so. ' +
      '`auto:GBK` takes what is valid UTF-8 for that and all else for GBK, and answers as the client spoke last.',
    keys: { ClientCharset: CHARSET },
    fields: {
      /** As iconv calls it; behind `auto:` where it is guessed. */
      clientCharset: 'UTF-8',
    },
    set: (value) => ({ clientCharset: known(value, (client) => ({ client })) }),
  }),
  option({
    long: 'ignore-opts-utf8',
    description: 'answer OPTS UTF8 and keep the character set of clients',
    notes: 'For clients that ask for UTF-8 and send another character set.',
    fields: {
      /** Clients that say they speak UTF-8 are not believed. */
      ignoreOptsUtf8: false,
    },
    set: { ignoreOptsUtf8: true },
  }),
];
