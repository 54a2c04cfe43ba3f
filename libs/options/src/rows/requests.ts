// Options that ask for something else than a start.
import { PureFtpdLanguages } from '@pure-ftpd/messages';

import { StartError } from '../errors.ts';
import { initially, option } from '../option.ts';
import { BadValue } from '../values.ts';

const languages = new PureFtpdLanguages();

/** Ends the reading of options: help is wanted. */
export class HelpRequest extends Error {}
/** Ends the reading of options: the version is wanted. */
export class VersionRequest extends Error {}
/** Ends the reading of options: what a configuration file would run is wanted. */
export class CheckRequest extends Error {
  readonly file: string;
  /** Whether databases and directories are to be asked. */
  readonly connects: boolean;

  constructor(file: string, connects: boolean) {
    super();
    this.file = file;
    this.connects = connects;
  }
}

/** Ends the reading of options: the sentences of a language are wanted. */
export class MessagesRequest extends Error {
  readonly tag: string;

  constructor(tag: string) {
    super();
    this.tag = tag;
  }
}

const CHECK = {
  /** A configuration file that is only looked at. */
  checkedFile: initially<string | undefined>(undefined),
  connects: false,
};

/** @throws CheckRequest where a file is to be checked; StartError where nobody says which. */
export function applyCheck({ checkedFile, connects }: Readonly<typeof CHECK>): void {
  if (checkedFile !== undefined) throw new CheckRequest(checkedFile, connects);
  if (connects) throw new StartError('--connect goes with --check-config FILE');
}

export const REQUEST_OPTIONS = [
  option({
    short: 'h',
    long: 'help',
    description: 'print this page; -h in a pipe prints the list of the C server',
    isRequest: true,
    fields: {},
    set() {
      throw new HelpRequest();
    },
  }),
  option({
    long: 'check-config',
    argument: 'file',
    values: 'file',
    description: 'say what is wrong with a configuration file, or that it is ok; start nothing',
    notes: 'All that a start would refuse, with lines; or the command line that the file stands for.',
    isRequest: true,
    fields: CHECK,
    set: (file) => ({ checkedFile: file }),
  }),
  option({
    long: 'connect',
    description: 'with --check-config: ask each database and directory once, too',
    notes: 'As for the login `0`, in a transaction that is rolled back; a line says how each has answered.',
    isRequest: true,
    fields: CHECK,
    set: { connects: true },
  }),
  option({
    long: 'list-messages',
    argument: 'tag',
    description: 'print the sentences of a language, for --messages',
    isRequest: true,
    fields: {},
    set(tag) {
      const language = languages.find(tag);
      if (language === undefined) throw new BadValue(`one of ${languages.offered.join(', ')} is`);
      throw new MessagesRequest(language);
    },
  }),
  option({
    long: 'version',
    description: 'print the version',
    isRequest: true,
    fields: {},
    set() {
      throw new VersionRequest();
    },
  }),
];
