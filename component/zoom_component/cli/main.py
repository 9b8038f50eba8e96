"""Run a command line: import the command, run it, and turn errors into messages and exit codes."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Sequence
from importlib import import_module

from zoom_component.cli.console import Console, quote

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["COMMANDS", "load_command", "main", "resolve_subcommand"]

PROGRAM = "zoom-component"
_GC_THRESHOLD = 50_000
# Most command lines hold none of these, and then the module that looks for secrets is not imported.
_MAYBE_SECRET = re.compile(r"(?i)pass|pwd|pin|secret|token|key|zak|auth|cookie|credential|otp|code|jwt|tk=|://[^/\s]*@")

# For each group of commands: name, module, summary, and whether the output is JSON unless stdout is a terminal.
_GROUPS: dict[str, tuple[tuple[str, str, str, bool], ...]] = {
    "Run actions": (
        ("list", "list_actions", "list the actions by resource", True),
        ("show", "show", "show the inputs, scopes and errors of an action", True),
        ("plan", "plan", "show the request of an action without sending it", True),
        ("run", "run", "run an action, or a batch of calls", True),
        ("options", "input_options", "list the values of an input, with labels", True),
        ("rerun", "rerun", "repeat a recorded run and compare the results", False),
        ("connect", "connect", "save a connection to a Zoom account", False),
        ("connections", "connections", "list or remove saved connections", True),
    ),
    "Receive events": (
        ("events", "events", "list webhook events, or show one with its fields", True),
        ("listen", "listen", "receive webhooks and store them in the inbox", False),
        ("triggers", "triggers", "list the triggers, or show one with its inputs", True),
        ("poll", "poll", "run a polling trigger", True),
        ("inbox", "inbox", "list stored events, pass them to listeners, replay them", True),
        ("verify", "verify", "verify captured webhook deliveries", False),
        ("doctor", "doctor", "check the inbox, the listeners and the scopes of actions", True),
    ),
    "Build with the sandbox": (
        ("sandbox", "sandbox", "serve a sandbox of Zoom on this machine", False),
        ("test", "testing", "run examples and test specs against the sandbox", False),
    ),
    "Author specs": (
        ("spec", "spec", "check, create, compare and document spec files", False),
        ("check", "spec.check", "short for `spec check`", False),
    ),
    "Serve other programs": (
        ("serve", "serve", "serve the actions over HTTP", False),
        ("mcp", "mcp", "serve the actions as tools for agents", False),
        ("export", "export", "export the component as JSON", True),
        ("completion", "completion", "print a completion script for bash, zsh or fish", False),
    ),
}
COMMANDS = {name: (module, summary, as_json) for group in _GROUPS.values() for name, module, summary, as_json in group}
_HIDDEN = {"__complete": ("completion_candidates", "", False)}
EXAMPLES = (
    "zoom-component list meeting",
    "zoom-component show createMeeting",
    "zoom-component plan createMeeting -i userId=me -i topic=Daily",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return the exit code. Never raise for invalid input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    before = gc.get_threshold()
    # Imports create many objects and no garbage: collecting among them takes a tenth of a short command.
    gc.set_threshold(_GC_THRESHOLD, *before[1:])
    console = Console()
    try:
        return _run_and_report(arguments, console)
    finally:
        # A refresh token works once: a request that spends one on another thread must end and be stored.
        uninterrupted = sys.modules.get("zoom_component.client.connections.uninterrupted")
        if uninterrupted is not None and uninterrupted.pending_threads:
            uninterrupted.finish_pending()
        console.close()
        gc.set_threshold(*before)


def _run_and_report(argv: list[str], console: Console) -> int:
    """Run the command and report errors."""
    try:
        code = _dispatch(argv, console)
        console.flush()
        return code
    except BrokenPipeError:
        # The reader of stdout has ended, as `head` does: not a failure.
        console.discard_output()
        return 0
    except KeyboardInterrupt:
        console.report("Interrupted.")
        return 130
    except SystemExit as exiting:
        return exiting.code if isinstance(exiting.code, int) else 0
    except Exception as error:
        from zoom_component.cli.errors import report_error

        return report_error(error, console, argv)


def load_command(name: str) -> Any:
    """Return the module of a command: DESCRIPTION, EXAMPLES, `add_arguments` and `run`."""
    module = (COMMANDS.get(name) or _HIDDEN[name])[0]
    return import_module(f"zoom_component.cli.{module}")


def resolve_subcommand(name: str, module: Any, rest: list[str]) -> tuple[str, Any, list[str]]:
    """Return the name, module and remaining arguments of a subcommand such as `inbox list`.

    A command without subcommands is returned unchanged.
    """
    subcommands = getattr(module, "SUBCOMMANDS", {})
    if not subcommands or not rest or rest[0].startswith("-"):
        return name, module, rest
    if rest[0] not in subcommands:
        raise _unknown_command_error(f"{name} {rest[0]}", [f"{name} {each}" for each in subcommands])
    return f"{name} {rest[0]}", import_module(f"{module.__name__}.{subcommands[rest[0]][0]}"), rest[1:]


def _dispatch(argv: list[str], console: Console) -> int:
    if not argv or argv[0] in ("-h", "--help", "help"):
        console.print(_format_help())
        return 0
    if argv[0] in ("-V", "--version"):
        from zoom_component import __version__

        console.print(f"{PROGRAM} {__version__}")
        return 0
    name, *rest = argv
    _choose_output_format(name, rest, console)
    if name in _HIDDEN:
        return int(load_command(name).run(rest, console))
    if name not in COMMANDS:
        raise _unknown_command_error(name, list(COMMANDS))
    from zoom_component.cli.parser import build_parser

    name, module, rest = resolve_subcommand(name, load_command(name), rest)
    args = build_parser(name, module).parse(rest)
    console.verbose = getattr(args, "verbose", False)
    if any(map(_MAYBE_SECRET.search, rest)):
        _warn_about_secrets(name, rest, console)
    return int(module.run(args, console))


def _warn_about_secrets(name: str, rest: list[str], console: Console) -> None:
    from zoom_component.cli.secret_warnings import describe_exposed_secrets, list_option_secrets

    if warning := describe_exposed_secrets(name, rest):
        secrets = list_option_secrets(rest)
        console.add_secrets(lambda: secrets)
        console.report(warning)


def _choose_output_format(name: str, rest: list[str], console: Console) -> None:
    """Choose the output format before the arguments are parsed, so that it applies to parse errors too."""
    options = rest[: rest.index("--")] if "--" in rest else rest
    json_when_piped = name in COMMANDS and COMMANDS[name][2] and not console.is_stdout_terminal
    console.as_json = json_when_piped or "--json" in options or "--jsonl" in options


def _unknown_command_error(name: str, known: list[str]) -> Exception:
    from zoom_component.errors import InputError, Problem
    from zoom_component.spec.diagnostics import suggest

    return InputError([Problem("", f"unknown command {quote(name)}; {suggest(name, known)}")])


def _format_help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"usage: {PROGRAM} COMMAND ...", "", "Run the actions of the Zoom component."]
    for title, commands in _GROUPS.items():
        lines += ["", f"{title}:", *(f"  {name:<{width}}  {summary}" for name, _, summary, _ in commands)]
    lines += ["", f"`{PROGRAM} COMMAND --help` describes a command. --version prints the version.", "", "Examples:"]
    return "\n".join([*lines, *(f"  {example}" for example in EXAMPLES)])
