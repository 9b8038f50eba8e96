"""What goes wrong, told once: words on stderr, JSON on stdout where JSON is spoken, and an exit code."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from zoom_component.cli.console import Console
from zoom_component.errors import ComponentError, InputError, ResponseError, SpecError

__all__ = ["report_error"]

UNEXPECTED_EXIT_CODE = 70
IO_EXIT_CODE = 74
_FLAGS = ("--token", "--client-secret", "--webhook-secret", "--secret", "--v1-password")
_VARIABLES = ("ZOOM_TOKEN", "ZOOM_CLIENT_SECRET", "ZOOM_REFRESH_TOKEN", "ZOOM_WEBHOOK_SECRET", "ZOOM_V1_PASSWORD")


def report_error(error: Exception, screen: Console, argv: Sequence[str] = ()) -> int:
    """Tells a failure and returns the exit code that belongs to it. `said` are the words of the command line."""
    screen.add_secrets(lambda: _find_secrets(argv))
    tracing = "--traceback" in argv
    if tracing:
        _print_traceback(error, screen)
    if isinstance(error, OSError):
        screen.discard_output()
        reason = (error.strerror or "").lower() or str(error) or "no reason given"
        screen.report(f"What was to be read or written failed: {reason}.")
        return IO_EXIT_CODE
    if not isinstance(error, ComponentError):
        if not tracing:
            name = type(error).__name__
            screen.report(f"An unforeseen failure ({name}). Run it again with --traceback to see where it comes from.")
        return UNEXPECTED_EXIT_CODE
    for line in format_error(error, screen):
        screen.report(line)
    if screen.as_json:
        screen.print(screen.encode_json({"error": error.as_json()}))
        screen.flush()
    return error.exit_code


def _find_secrets(said: Sequence[str]) -> Iterator[str]:
    """The secrets of the command line and the environment, even where the words could not be parsed."""
    for at, word in enumerate(said):
        flag, given, value = word.partition("=")
        if flag in _FLAGS:
            yield value if given else "".join(said[at + 1 : at + 2])
    for name in _VARIABLES:
        yield os.environ.get(name, "").strip()


def _format_single_problem(error: InputError) -> str:
    """The one problem of a call that is no call of an action; an action that is not there names itself."""
    (problem,) = error.problems
    if not problem.input or problem.message.startswith(f"there is no {problem.input} "):
        return problem.message
    return f"{problem.input}: {problem.message}"


def strip_control_characters(text: str) -> str:
    """Text of others for a terminal: what would steer it is left out."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def format_error(error: ComponentError, screen: Console) -> list[str]:
    """The error for a person: kind and message, then every problem or fault on a line of its own."""
    kind = screen.mark_error(error.kind)
    if isinstance(error, InputError) and len(error.problems) == 1 and not error.action:
        lines = [f"{kind}: {_format_single_problem(error)}"]
    elif isinstance(error, InputError):
        about = f" of {error.action}" if error.action else ""
        lines = [f"{kind}: the inputs{about} cannot be used as they are; nothing was sent."]
        lines += [f"  {problem.input or 'together'}: {problem.message}" for problem in error.problems]
    else:
        lines = [f"{kind}: {error.message}"]
    if isinstance(error, SpecError):
        lines += [f"  {fault}" for fault in error.diagnostics if fault not in error.message]
    if error.resume:
        lines.append(f"  To go on from there: --resume {error.resume}")
    return lines + (_format_details(error) if screen.verbose else [])


def _format_details(error: ComponentError) -> list[str]:
    lines = []
    if isinstance(error, ResponseError) and error.status is not None:
        lines.append(f"  status {error.status}, code {error.code}")
        lines += [
            f"  {field.get('field', '')}: {strip_control_characters(str(field.get('message', '')))}"
            for field in error.fields
        ]
    if error.detail:
        lines.append(f"  detail: {error.detail}")
    if error.tracking_id:
        lines.append(f"  Zoom's tracking id: {error.tracking_id}")
    return lines


def _print_traceback(error: Exception, screen: Console) -> None:
    import traceback

    screen.report("".join(traceback.format_exception(error)).rstrip())
