export { rawArguments } from './arguments.ts';
export { type About, type HelpPage, renderHelp, tellsAbout, versionText } from './help.ts';
export {
  getopt,
  OptionError,
  type GetoptSettings,
  type OptionErrorCode,
  type OptionSpec,
  type OptionValues,
  type Token,
} from './getopt.ts';
export { parseOptions, type GivenOption, type ParsedOptions } from './options.ts';
export { fail, writeAll } from './output.ts';
export { askNewPassword, NoPasswordError, readNewPassword } from './password-prompt.ts';
export { Progress } from './progress.ts';
export { HiddenLineInput } from './hidden-line-input.ts';
export { DescriptorLines, LineBuffer, type LineInput } from './line-input.ts';
export { isTerminal } from './terminal.ts';
export { failedCall, systemErrorText } from './system-error-text.ts';
