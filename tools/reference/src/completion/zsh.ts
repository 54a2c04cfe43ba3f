// Completion for zsh.
import type { Documented, Subcommand } from '../documented.ts';
import {
  type Command,
  firstWords,
  functionName,
  goesOn,
  groupsOf,
  LOGINS,
  quoted,
  secondWords,
  withLogin,
  type Word,
} from './command.ts';

const ACTIONS = { file: '_files', folder: '_files -/', socket: '_files', user: '_users', group: '_groups' } as const;

/** The file `_PROGRAM` of a folder of `fpath`. */
export function zshCompletion(command: Command): string {
  const { program, actions } = command;
  const name = functionName(program);
  const specs = command.options.flatMap((option) => specsOf(option, name));
  return [
    `#compdef ${program}`,
    `# Completion for ${program}. Made of its table of options by npm run docs.`,
    ...(actions === undefined ? [] : actionFunctions(name, actions)),
    ...(command.subcommands === undefined ? [] : subcommandFunction(name, command.subcommands)),
    ...command.options.flatMap((option) => valueFunction(option, name)),
    `_arguments -s -S \\`,
    ...specs.map((spec) => `  ${spec} \\`),
    ...operandSpecs(command, name).map((spec) => `  ${spec} \\`),
    '  && return 0',
    '',
  ].join('\n');
}

function actionFunctions(name: string, actions: NonNullable<Command['actions']>): string[] {
  return [
    `${name}_actions() {`,
    '  local -a actions=(',
    ...actions.map(({ name: action, description }) => `    ${quoted(`${action}:${description}`)}`),
    '  )',
    "  _describe 'command' actions",
    '}',
    `${name}_logins() {`,
    `  (( \${+words[2]} )) && [[ ' ${actions
      .filter(({ takesLogin }) => takesLogin)
      .map(({ name: action }) => action)
      .join(' ')} ' == *" \${words[2]} "* ]] || return`,
    `  local -a logins=(\${(f)"$(${LOGINS})"})`,
    "  _wanted logins expl 'login' compadd -a logins",
    '}',
  ];
}

/** The first word, the second of a group, a login where one is wanted, and else files. */
function subcommandFunction(name: string, subcommands: readonly Subcommand[]): string[] {
  return [
    `${name}_words() {`,
    '  local -a offers said',
    '  said=(${words[2,CURRENT-1]:#-*})',
    '  case "$said" in',
    ...offered("''", firstWords(subcommands)),
    ...groupsOf(subcommands).flatMap((group) => offered(quoted(group), secondWords(subcommands, group))),
    `    ${withLogin(subcommands)
      .map((one) => quoted(one.name))
      .join(' | ')})`,
    `      offers=(\${(f)"$(${LOGINS})"})`,
    "      _wanted logins expl 'login' compadd -a offers ;;",
    '    *) _files ;;',
    '  esac',
    '}',
  ];
}

function operandSpecs({ actions, subcommands, takesFile }: Command, name: string): string[] {
  if (subcommands !== undefined) return [`'*:command:${name}_words'`];
  if (actions !== undefined) return [`'1:command:${name}_actions'`, `'2:login:${name}_logins'`];
  return takesFile ? ["'*:file:_files'"] : [];
}

/** One for the letter and one for the word: `-Y` wants its value glued or as the next word, `--tls` behind `=` or as the next word. */
function specsOf(option: Documented, name: string): string[] {
  const { short, long, argument, description } = option;
  const text = `[${escaped(description)}]`;
  const value = argument === undefined ? '' : `:${escaped(argument)}:${action(option, name)}`;
  const [glued, assigned] = argument === undefined ? ['', ''] : ['+', '='];
  return [
    ...(short === undefined ? [] : [`*-${short}${glued}${text}${value}`]),
    ...(long === undefined ? [] : [`*--${long}${assigned}${text}${value}`]),
  ].map(quoted);
}

function action({ long, values }: Documented, name: string): string {
  if (values === undefined) return ' ';
  if (typeof values === 'string') return ACTIONS[values];
  return goesOn(values) ? `${name}_${long}` : `(${values.map(escaped).join(' ')})`;
}

/** What completes values of which some go on behind a colon: no spec may have one. */
function valueFunction({ long, values }: Documented, name: string): string[] {
  if (typeof values !== 'object' || !goesOn(values)) return [];
  return [
    `${name}_${long}() {`,
    `  if compset -P '*:'; then _files; else compadd -S '' -- ${values.join(' ')}; fi`,
    '}',
  ];
}

/** What a spec of `_arguments` would take for its own. */
function escaped(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, String.raw`\$&`);
}

function offered(condition: string, words: readonly Word[]): string[] {
  return [
    `    ${condition})`,
    `      offers=(${words.map((word) => quoted(`${word.name}:${word.description}`)).join(' ')})`,
    "      _describe 'command' offers ;;",
  ];
}
