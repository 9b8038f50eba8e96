"""The entry point: finds the command, loads it alone, and turns what goes wrong into a sentence and an exit code."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

from zoom_component.cli.console import Console

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["COMMANDS", "main", "resolve_subcommand"]

PROG = "zoom-component"
_GC_THRESHOLD = 50_000

# Word: the module, one line about it, and whether it speaks JSON as soon as nobody watches.
COMMANDS: dict[str, tuple[str, str, bool]] = {
    "list": ("listing", "what actions there are, by resource", True),
    "show": ("show", "one action: its inputs, scopes, errors and an example to copy", True),
    "run": ("run", "run an action, or a file full of calls", True),
    "plan": ("plan", "show what would be sent, and send it nowhere", True),
    "pick": ("pick", "the values of an input, as people recognise them", True),
    "check": ("check", "every fault of every spec file, with its place", False),
    "test": ("testing", "run examples and test specs against a Zoom of their own", False),
    "replay": ("replay", "a recorded run once more, compared with what it came to", False),
    "new": ("new", "write a first file for a new action", False),
    "connect": ("connect", "save a connection to a Zoom account", False),
    "connections": ("connections", "the saved connections, without their secrets", True),
    "triggers": ("triggers", "what triggers there are, and one of them with its settings", True),
    "poll": ("poll", "ask again and again for what a trigger watches, and tell what is new", True),
    "events": ("events", "the events of Zoom's webhooks, or one with its fields and a sample", True),
    "inbox": ("inbox", "the events that were kept: listed, shown, handed to listeners, replayed", True),
    "doctor": ("doctor", "whether events come, reach their listeners, and what to do where they do not", True),
    "verify": ("verify", "whether a captured webhook delivery is Zoom's, and why not", False),
    "listen": ("listen", "receive webhooks: verify, keep, answer", False),
    "sandbox": ("sandbox", "a Zoom on this machine to run against", False),
    "mcp": ("mcp", "the actions as tools for agents, over stdio or HTTP", False),
    "serve": ("gateway", "the actions over HTTP, for other languages and platforms", False),
    "export": ("export", "the component as data, for a platform", True),
    "diff": ("diff", "what changed between two states of the specs", False),
    "drift": ("drift", "where the specs differ from an OpenAPI document of the API", False),
    "docs": ("docs", "write the pages that are made from the specs", False),
    "completion": ("completion", "completion for bash, zsh or fish", False),
}
_HIDDEN = {"__complete": ("complete", "", False)}
_EXAMPLES = (
    "zoom-component list meeting",
    "zoom-component show createMeeting",
    "zoom-component plan createMeeting -i userId=me -i topic=Daily",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line. Returns the exit code; never raises for bad input."""
    words = list(sys.argv[1:] if argv is None else argv)
    before = gc.get_threshold()
    # Loading makes many objects and leaves none: looking for garbage among them takes a tenth of a short command.
    gc.set_threshold(_GC_THRESHOLD, *before[1:])
    try:
        return _run_and_report(words, Console())
    finally:
        gc.set_threshold(*before)


def _run_and_report(words: list[str], screen: Console) -> int:
    """Runs the words, and tells what goes wrong."""
    try:
        code = _dispatch(words, screen)
        screen.flush()
        return code
    except BrokenPipeError:
        # The reader has gone, as `head` does: that is no failure.
        screen.discard_output()
        return 0
    except KeyboardInterrupt:
        screen.report("Interrupted.")
        return 130
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except Exception as error:
        from zoom_component.cli.errors import report_error

        return report_error(error, screen, words)


def load_command(word: str) -> Any:
    """The module of a command: DESCRIPTION, EXAMPLES, `options` and `command`."""
    name = (COMMANDS.get(word) or _HIDDEN[word])[0]
    return import_module(f"zoom_component.cli.{name}")


def resolve_subcommand(word: str, module: Any, rest: list[str]) -> tuple[str, Any, list[str]]:
    """The words, module and further words of a command that has parts, as `inbox list` has; of any other, the same."""
    parts = getattr(module, "PARTS", {})
    if not parts or not rest or rest[0].startswith("-"):
        return word, module, rest
    if rest[0] not in parts:
        from zoom_component.errors import InputError, Problem
        from zoom_component.spec.diagnostics import suggest

        raise InputError([Problem("", f"there is no {word} {rest[0]!r}; {suggest(rest[0], parts)}")])
    found = import_module(f"zoom_component.cli.{word}.{parts[rest[0]][0]}")
    return f"{word} {rest[0]}", found, rest[1:]


def _dispatch(words: list[str], screen: Console) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        screen.print(_format_help())
        return 0
    if words[0] in ("-V", "--version"):
        from zoom_component import __version__

        screen.print(f"{PROG} {__version__}")
        return 0
    word, *rest = words
    _choose_output_format(word, rest, screen)
    if word not in COMMANDS and word not in _HIDDEN:
        raise _unknown_command_error(word)
    module = load_command(word)
    if word in _HIDDEN:
        return int(module.command(rest, screen))
    from zoom_component.cli.parser import build_parser

    word, module, rest = resolve_subcommand(word, module, rest)
    args = build_parser(word, module).parse(rest)
    screen.verbose = getattr(args, "verbose", False)
    return int(module.command(args, screen))


def _choose_output_format(word: str, rest: list[str], screen: Console) -> None:
    """Settled before the words are parsed, so that a wrong word is told in the right form, too."""
    told = rest[: rest.index("--")] if "--" in rest else rest
    alone = word in COMMANDS and COMMANDS[word][2] and not screen.is_stdout_terminal
    screen.as_json = alone or "--json" in told or "--jsonl" in told


def _unknown_command_error(word: str) -> Exception:
    from zoom_component.errors import InputError, Problem
    from zoom_component.spec.diagnostics import suggest

    return InputError([Problem("", f"there is no command {word!r}; {suggest(word, COMMANDS)}")])


def _format_help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"usage: {PROG} COMMAND ...", "", "Runs the actions of the Zoom component.", "", "Commands:"]
    lines += [f"  {word:<{width}}  {about}" for word, (_, about, _) in COMMANDS.items()]
    lines += ["", "Each has its own --help. --version tells the version.", "", "Examples:"]
    return "\n".join([*lines, *(f"  {example}" for example in _EXAMPLES)])
