"""What goes wrong, told once: words on stderr, JSON on stdout where JSON is spoken, and an exit code."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from zoom_component.cli.screen import Screen
from zoom_component.errors import Answered, ComponentError, InputError, SpecError

__all__ = ["report"]

UNFORESEEN = 70
INPUT_OUTPUT = 74
_FLAGS = ("--token", "--client-secret", "--webhook-secret", "--secret", "--v1-password")
_VARIABLES = ("ZOOM_TOKEN", "ZOOM_CLIENT_SECRET", "ZOOM_REFRESH_TOKEN", "ZOOM_WEBHOOK_SECRET", "ZOOM_V1_PASSWORD")


def report(error: Exception, screen: Screen, said: Sequence[str] = ()) -> int:
    """Tells a failure and returns the exit code that belongs to it. `said` are the words of the command line."""
    screen.guard(lambda: _secrets(said))
    tracing = "--traceback" in said
    if tracing:
        _trace(error, screen)
    if isinstance(error, OSError):
        screen.abandon()
        reason = (error.strerror or "").lower() or str(error) or "no reason given"
        screen.say(f"What was to be read or written failed: {reason}.")
        return INPUT_OUTPUT
    if not isinstance(error, ComponentError):
        if not tracing:
            name = type(error).__name__
            screen.say(f"An unforeseen failure ({name}). Run it again with --traceback to see where it comes from.")
        return UNFORESEEN
    for line in words(error, screen):
        screen.say(line)
    if screen.as_json:
        screen.text(screen.encode({"error": error.as_json()}))
        screen.flush()
    return error.exit_code


def _secrets(said: Sequence[str]) -> Iterator[str]:
    """The secrets of the command line and the environment, even where the words could not be parsed."""
    for at, word in enumerate(said):
        flag, given, value = word.partition("=")
        if flag in _FLAGS:
            yield value if given else "".join(said[at + 1 : at + 2])
    for name in _VARIABLES:
        yield os.environ.get(name, "").strip()


def _alone(error: InputError) -> str:
    """The one problem of a call that is no call of an action; an action that is not there names itself."""
    (problem,) = error.problems
    if not problem.input or problem.message.startswith(f"there is no {problem.input} "):
        return problem.message
    return f"{problem.input}: {problem.message}"


def plain(text: str) -> str:
    """Text of others for a terminal: what would steer it is left out."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def words(error: ComponentError, screen: Screen) -> list[str]:
    """The error for a person: kind and message, then every problem or fault on a line of its own."""
    kind = screen.red(error.kind)
    if isinstance(error, InputError) and len(error.problems) == 1 and not error.action:
        lines = [f"{kind}: {_alone(error)}"]
    elif isinstance(error, InputError):
        about = f" of {error.action}" if error.action else ""
        lines = [f"{kind}: the inputs{about} cannot be used as they are; nothing was sent."]
        lines += [f"  {problem.input or 'together'}: {problem.message}" for problem in error.problems]
    else:
        lines = [f"{kind}: {error.message}"]
    if isinstance(error, SpecError):
        lines += [f"  {fault}" for fault in error.faults if fault not in error.message]
    if error.resume:
        lines.append(f"  To go on from there: --resume {error.resume}")
    return lines + (_details(error) if screen.verbose else [])


def _details(error: ComponentError) -> list[str]:
    lines = []
    if isinstance(error, Answered) and error.status is not None:
        lines.append(f"  status {error.status}, code {error.code}")
        lines += [f"  {field.get('field', '')}: {plain(str(field.get('message', '')))}" for field in error.fields]
    if error.detail:
        lines.append(f"  detail: {error.detail}")
    if error.tracking_id:
        lines.append(f"  Zoom's tracking id: {error.tracking_id}")
    return lines


def _trace(error: Exception, screen: Screen) -> None:
    import traceback

    screen.say("".join(traceback.format_exception(error)).rstrip())
