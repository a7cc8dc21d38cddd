// Completion in bash and zsh: scripts that know all commands, options and what may stand behind them. They ask nobody, so they are
// quick, and belong to the version that wrote them.
import type { Offer, OfferedCommand, OfferedOption } from "./offers.ts";

/** For /usr/share/bash-completion/completions/l2i, or `source`. Before bash-completion splits words, "=" does. */
export function bashCompletion(commands: readonly OfferedCommand[]): string {
  return `# Completion of l2i in bash, as "l2i show bash-completion" writes it.
_l2i() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} words='' files=''
  if [[ $current == = ]]; then
    current=''
  elif [[ $before == = ]]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD == 1)); then
    words='${[...commands.map(({ name }) => name), "--help", "--version"].join(" ")}'
  else
    case "\${COMP_WORDS[1]} $before" in
${commands.flatMap(bashValues).join("\n")}
      *)
        case "\${COMP_WORDS[1]} $current" in
${commands.flatMap(bashWords).join("\n")}
        esac
        ;;
    esac
  fi
  [[ -z $files ]] || compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current"; [[ -z $files ]] || compgen -f -- "$current")
}
complete -F _l2i l2i
`;
}

/** Behind options that take something. */
function bashValues({ name, options }: OfferedCommand): string[] {
  return options
    .filter(({ argument }) => argument !== null)
    .map(({ names, offer }) => `      ${names.map((each) => `"${name} ${each}"`).join(" | ")}) ${bashOffer(offer)} ;;`);
}

function bashWords({ name, options, words }: OfferedCommand): string[] {
  const offer = {
    words: words.flatMap((each) => each.offer.words),
    files: words.some((each) => each.offer.files),
  };
  return [
    `          "${name} -"*) words='${options.flatMap(({ names }) => names).join(" ")}' ;;`,
    `          "${name} "*) ${bashOffer(offer)} ;;`,
  ];
}

const bashOffer = ({ words, files }: Offer): string => `words='${words.join(" ")}' files=${files ? "yes" : "''"}`;

/** For /usr/share/zsh/vendor-completions/_l2i or another folder of $fpath, or `source`. */
export function zshCompletion(commands: readonly OfferedCommand[]): string {
  return `#compdef l2i
# Completion of l2i in zsh, as "l2i show zsh-completion" writes it.
_l2i() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    compadd -- --help --version
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${commands.map(zshCommand).join("\n")}
  esac
}
if [[ $funcstack[1] == _l2i ]]; then _l2i "$@"; else compdef _l2i l2i; fi
`;
}

function zshCommand({ name, options, words }: OfferedCommand): string {
  const specifications = [
    ...options.flatMap(zshOption),
    ...words.map(({ name: word, offer, isList }) => `${isList ? "*" : ""}:${escaped(word)}:${zshOffer(offer)}`),
  ];
  const lines = specifications.map((each) => ` \\\n        ${quoted(each)}`);
  return `    ${name})\n      _arguments -S${lines.join("")}\n      ;;`;
}

/** Each name on its own; given once it is not offered again. */
function zshOption({ names, argument, offer, mayRepeat, description }: OfferedOption): string[] {
  const times = mayRepeat ? "*" : `(${names.join(" ")})`;
  const value = argument === null ? "" : `:${escaped(argument)}:${zshOffer(offer)}`;
  return names.map((name) => {
    const equals = argument !== null && name.startsWith("--") ? "=" : "";
    return `${times}${name}${equals}[${escaped(description)}]${value}`;
  });
}

function zshOffer({ words, files }: Offer): string {
  if (words.length === 0) return files ? "_files" : " ";
  const list = words.join(" ");
  return files ? `{ compadd ${list}; _files }` : `(${list})`;
}

const escaped = (text: string): string => text.replaceAll(/[\\:[\]]/g, "\\$&");

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
