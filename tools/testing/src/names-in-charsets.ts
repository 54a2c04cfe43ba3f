/** Names of files, and their bytes in the character set of a disk, a character for each byte. */
export const NAMES_IN_CHARSETS = [
  ['ISO-8859-15', 'naïve €.txt', 'na\xefve \xa4.txt'],
  ['CP1252', 'naïve €.txt', 'na\xefve \x80.txt'],
  ['KOI8-R', 'Привет.txt', '\xf0\xd2\xc9\xd7\xc5\xd4.txt'],
  ['GBK', '中文.txt', '\xd6\xd0\xce\xc4.txt'],
  ['SHIFT_JIS', '表示.txt', '\x95\x5c\x8e\xa6.txt'],
  ['EUC-KR', '한글.txt', '\xc7\xd1\xb1\xdb.txt'],
] as const;
