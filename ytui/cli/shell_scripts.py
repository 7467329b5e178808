"""Shell scripts that complete ytui's command line, as templates of click; a per cent sign stands twice."""

from __future__ import annotations

SHELLS = ("bash", "zsh", "fish")

BASH = r"""# Completion of %(prog_name)s for bash 4.4 and later.
%(complete_func)s() {
    local line="${COMP_LINE:0:COMP_POINT}" words=() word="" raw="" quote="" open="" char at
    # The words without their quotes: readline cuts them at : and = too, and keeps the quotes.
    for ((at = 0; at < ${#line}; at++)); do
        char="${line:at:1}"
        if [[ $quote == "'" ]]; then
            if [[ $char == "'" ]]; then quote=""; else word+="$char"; fi
        elif [[ $char == "\\" ]]; then
            at=$((at + 1))
            [[ $quote == '"' && ${line:at:1} != [\"\\\$\`] ]] && word+="\\"
            word+="${line:at:1}"; open=1
        elif [[ $quote == '"' ]]; then
            if [[ $char == '"' ]]; then quote=""; else word+="$char"; fi
        elif [[ $char == "'" || $char == '"' ]]; then
            quote="$char"; open=1
        elif [[ $char == [[:blank:]] ]]; then
            [[ $word || $open ]] && words+=("$word")
            word=""; open=""
        else
            word+="$char"
        fi
    done
    words+=("$word")
    local IFS=$'\n' answer
    answer=$(YTUI_WORDS="${words[*]}" %(complete_var)s=bash_complete "$1" 2>/dev/null) || return 0
    # Of the word readline replaces only what stands behind the last : or =.
    local begun="" kind value about
    if [[ ! $quote && $word == *[:=]* && $COMP_WORDBREAKS == *[:=]* ]]; then
        begun="${word%%"${word##*[:=]}"}"
    fi
    # Behind an open quote a candidate is quoted as the name of a file is; else it is quoted here.
    [[ $quote ]] && compopt -o filenames
    COMPREPLY=()
    while IFS=$'\t' read -r kind value about; do
        value="${value#"$begun"}"
        [[ $quote ]] || printf -v value %%q "$value"
        case "$kind" in
            dir) compopt -o plusdirs -o filenames ;;
            file) compopt -o default -o bashdefault -o filenames ;;
            open) compopt -o nospace; COMPREPLY+=("$value") ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done <<< "$answer"
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

ZSH = r"""#compdef %(prog_name)s
# Completion of %(prog_name)s for zsh.
%(complete_func)s() {
    local -a given lines parts names shown opens shown_opens
    local line wanted
    (( $+commands[%(prog_name)s] )) || return 1
    given=("${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}")
    lines=("${(@f)$(YTUI_WORDS="${(F)given}" %(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null)}")
    for line in $lines; do
        parts=("${(@ps:\t:)line}")
        wanted="${parts[2]}"
        [[ -n "${parts[3]}" ]] && wanted="${parts[2]}  -- ${parts[3]}"
        case "${parts[1]}" in
            dir) _path_files -/ ;;
            file) _path_files ;;
            open) opens+=("${parts[2]}"); shown_opens+=("$wanted") ;;
            plain) names+=("${parts[2]}"); shown+=("$wanted") ;;
        esac
    done
    (( $#names )) && compadd -l -V ytui -d shown -a names
    (( $#opens )) && compadd -l -S '' -V ytui-keys -d shown_opens -a opens
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

FISH = r"""# Completion of %(prog_name)s for fish 3 and later.
function %(complete_func)s
    set -l given (commandline -opc) (commandline -ct | string unescape)
    test (count (commandline -opc)) -eq (count $given); and set -a given ""
    # Behind a full stop an empty last word is not lost.
    set -l words (string join \n -- $given . | string collect)
    set -l lines (YTUI_WORDS=$words %(complete_var)s=fish_complete %(prog_name)s 2>/dev/null)
    for line in $lines
        set -l parts (string split \t -- $line)
        switch $parts[1]
            case dir
                __fish_complete_directories (commandline -ct)
            case file
                __fish_complete_path (commandline -ct)
            case plain open
                printf '%%s\t%%s\n' $parts[2] $parts[3]
        end
    end
end
complete -c %(prog_name)s -f -a "(%(complete_func)s)"
"""
