"""Print a completion script for a shell, which calls the hidden command `__complete`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console

DESCRIPTION = "Print a script that completes commands, action keys, options and input names. Source it in the shell."
EXAMPLES = (
    'eval "$(zoom-component completion bash)"',
    'eval "$(zoom-component completion zsh)"',
    "zoom-component completion fish | source",
)

_BASH = """\
_zoom_component() {
    local IFS=$'\\n'
    local words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=($(zoom-component __complete "${words[@]}" 2>/dev/null))
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _zoom_component zoom-component
"""
_ZSH = """\
_zoom_component() {
    local -a found
    found=("${(@f)$(zoom-component __complete "${(@)words[2,$CURRENT]}" 2>/dev/null)}")
    if [[ -n "$found" ]]; then compadd -S '' -q -- $found; else _files; fi
}
compdef _zoom_component zoom-component
"""
_FISH = """\
function __zoom_component
    set -l words (commandline -opc) (commandline -ct)
    zoom-component __complete $words[2..] 2>/dev/null
end
complete -c zoom-component -a '(__zoom_component)'
"""
SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=tuple(SCRIPTS), help="the shell that runs the script")


def run(args: Namespace, console: Console) -> int:
    console.print(SCRIPTS[args.shell].rstrip())
    return 0
