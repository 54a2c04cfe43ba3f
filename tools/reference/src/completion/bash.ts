// Completion for bash.
import type { OptionValues } from '@pure-ftpd/cli';

import type { Subcommand } from '../documented.ts';
import {
  type Command,
  firstWords,
  functionName,
  goesOn,
  groupsOf,
  LOGINS,
  namesOf,
  quoted,
  secondWords,
  withLogin,
  type Word,
} from './command.ts';

const COMPGEN = { file: '-f', folder: '-d', socket: '-f', user: '-u', group: '-g' } as const;

/**
 * The file that bash loads when the program is completed for the first time. It needs nothing of the package bash-completion: words
 * are split at blanks, since bash splits them at colons, too, which are in the values of some options.
 */
export function bashCompletion(command: Command): string {
  const name = functionName(command.program);
  const withValue = command.options.filter(({ argument }) => argument !== undefined);
  return [
    `# Completion for ${command.program}. Made of its table of options by npm run docs.`,
    `${name}() {`,
    '  local line=${COMP_LINE:0:COMP_POINT} option= current word',
    '  local -a words',
    '  read -ra words <<<"$line"',
    "  [[ $line == *[[:space:]] ]] && words+=('')",
    '  current=${words[-1]}',
    ...(command.subcommands === undefined ? [] : optionsBySubcommand(command.subcommands)),
    '  case $current in',
    '    --*=*) option=${current%%=*} word=${current#*=} ;;',
    `    -*) mapfile -t COMPREPLY < <(compgen -W ${optionNames(command)} -- "$current"); return ;;`,
    '    *) option=${words[-2]} word=$current ;;',
    '  esac',
    '  case $option in',
    ...withValue.flatMap((option) => [`    ${namesOf(option).join(' | ')})`, ...candidates(option.values), '      ;;']),
    '    *)',
    ...operands(command),
    '      ;;',
    '  esac',
    '  # Bash replaces what stands behind the last colon or equals sign only.',
    '  local kept=${word%"${word##*[:=]}"}',
    '  [[ $COMP_WORDBREAKS == *:* ]] && COMPREPLY=("${COMPREPLY[@]#"$kept"}")',
    '}',
    `complete -F ${name} ${command.program}`,
    '',
  ].join('\n');
}

function candidates(values: OptionValues | undefined): string[] {
  if (values === undefined) return ['      COMPREPLY=()'];
  if (typeof values === 'string')
    return ['      compopt -o filenames', `      mapfile -t COMPREPLY < <(compgen ${COMPGEN[values]} -- "$word")`];
  const words = `mapfile -t COMPREPLY < <(compgen -W ${quoted(values.join(' '))} -- "$word")`;
  if (!goesOn(values)) return [`      ${words}`];
  return [
    '      if [[ $word == *:* ]]; then',
    '        compopt -o filenames',
    '        mapfile -t COMPREPLY < <(compgen -P "${word%%:*}:" -f -- "${word#*:}")',
    '      else',
    `        ${words}`,
    '        [[ ${COMPREPLY[*]} == *: ]] && compopt -o nospace',
    '      fi',
  ];
}

function operands({ actions, subcommands, takesFile }: Command): string[] {
  if (subcommands !== undefined) return subcommandOperands(subcommands);
  if (actions === undefined) return takesFile ? candidates('file') : ['      COMPREPLY=()'];
  const ofLogin = actions.filter(({ takesLogin }) => takesLogin).map(({ name }) => name);
  return [
    '      case ${#words[@]} in',
    `        2) mapfile -t COMPREPLY < <(compgen -W ${quoted(actions.map(({ name }) => name).join(' '))} -- "$word") ;;`,
    `        3) [[ ' ${ofLogin.join(' ')} ' == *" \${words[1]} "* ]] && mapfile -t COMPREPLY < <(compgen -W "$(${LOGINS})" -- "$word") ;;`,
    '      esac',
  ];
}

function optionNames({ subcommands, options }: Command): string {
  return subcommands === undefined ? quoted(options.flatMap(namesOf).join(' ')) : '"$options"';
}

/** The words before the one that is completed, and the options of the subcommand that they are. */
function optionsBySubcommand(subcommands: readonly Subcommand[]): string[] {
  return [
    "  local path='' options='--help --version' before",
    '  for before in "${words[@]:1:${#words[@]}-2}"; do [[ $before == -* ]] || path+=" $before"; done',
    '  case "$path " in',
    ...subcommands.map(
      ({ name, options }) =>
        `    ${quoted(` ${name} `)}*) options=${quoted([...options.flatMap(namesOf), '--help'].join(' '))} ;;`,
    ),
    '  esac',
  ];
}

/** The first word, the second of a group, a login where one is wanted, and else files. */
function subcommandOperands(subcommands: readonly Subcommand[]): string[] {
  return [
    '      case $path in',
    `        '') ${offer(firstWords(subcommands))} ;;`,
    ...groupsOf(subcommands).map(
      (group) => `        ${quoted(` ${group}`)}) ${offer(secondWords(subcommands, group))} ;;`,
    ),
    `        ${withLogin(subcommands)
      .map(({ name }) => quoted(` ${name}`))
      .join(' | ')}) mapfile -t COMPREPLY < <(compgen -W "$(${LOGINS})" -- "$word") ;;`,
    `        *) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;`,
    '      esac',
  ];
}

function offer(words: readonly Word[]): string {
  return `mapfile -t COMPREPLY < <(compgen -W ${quoted(words.map(({ name }) => name).join(' '))} -- "$word")`;
}
