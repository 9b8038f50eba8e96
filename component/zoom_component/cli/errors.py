"""Report an error: text on stderr, JSON on stdout for programs, and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zoom_component.cli.console import Console, strip_controls
from zoom_component.cli.secret_warnings import list_option_secrets
from zoom_component.errors import ComponentError, InputError, ResponseError, SpecError

__all__ = ["report_error"]

UNEXPECTED_EXIT_CODE = 70
IO_EXIT_CODE = 74
_VARIABLES = ("ZOOM_TOKEN", "ZOOM_CLIENT_SECRET", "ZOOM_REFRESH_TOKEN", "ZOOM_WEBHOOK_SECRET", "ZOOM_V1_PASSWORD")


def report_error(error: Exception, console: Console, argv: Sequence[str] = ()) -> int:
    """Report an error and return its exit code. `argv` are the arguments of the command line."""
    console.add_secrets(lambda: [*list_option_secrets(argv), *_list_environment_secrets()])
    tracing = "--traceback" in argv
    if tracing:
        _print_traceback(error, console)
    if "zoom_component.events.inbox.failures" in sys.modules and isinstance(error, OSError):
        error = _name_inbox_failure(error)
    if isinstance(error, OSError):
        console.discard_output()
        reason = (error.strerror or "").lower() or str(error) or "no reason given"
        console.report(f"Reading or writing failed: {reason}.")
        return IO_EXIT_CODE
    if not isinstance(error, ComponentError):
        if not tracing:
            name = type(error).__name__
            console.report(f"Unexpected error ({name}). Run the command again with --traceback for the details.")
        return UNEXPECTED_EXIT_CODE
    for line in format_error(error, console):
        console.report(line.replace("\n", "\\n"))
    if console.as_json:
        console.print(console.encode_json({"error": error.as_json()}))
        console.flush()
    return error.exit_code


def _name_inbox_failure(error: OSError) -> OSError | ComponentError:
    from zoom_component.cli.inbox_errors import build_inbox_error
    from zoom_component.events.inbox.failures import InboxFailure

    return build_inbox_error(error) if isinstance(error, InboxFailure) else error


def _list_environment_secrets() -> Iterator[str]:
    yield from (os.environ.get(name, "").strip() for name in _VARIABLES)


def _format_single_problem(error: InputError) -> str:
    """Return the single problem of an error that does not belong to an action."""
    (problem,) = error.problems
    if not problem.input or problem.message.startswith("unknown "):
        return problem.message
    return f"{problem.input}: {problem.message}"


def format_error(error: ComponentError, console: Console) -> list[str]:
    """Return the lines of an error: kind and message, then one line per problem."""
    kind = console.mark_error(error.kind)
    if isinstance(error, InputError) and len(error.problems) == 1 and not error.action:
        lines = [f"{kind}: {_format_single_problem(error)}"]
    elif isinstance(error, InputError):
        suffix = f" of {error.action}" if error.action else ""
        lines = [f"{kind}: the inputs{suffix} are not valid; nothing was sent."]
        lines += [f"  {problem.input or 'inputs'}: {problem.message}" for problem in error.problems]
    else:
        lines = [f"{kind}: {error}"]
    if isinstance(error, SpecError):
        lines += [f"  {diagnostic}" for diagnostic in error.diagnostics if diagnostic not in error.message]
    if isinstance(error, ResponseError):
        lines += [f"  {_format_field(field)}" for field in error.fields]
    if error.resume:
        lines.append(f"  To continue: --resume {error.resume}")
    return lines + (_format_details(error) if console.verbose else [])


def _format_field(field: Mapping[str, Any]) -> str:
    """Return what Zoom reports about one field."""
    return strip_controls(f"{field.get('field', '')}: {field.get('message', '')}")[:300]


def _format_details(error: ComponentError) -> list[str]:
    lines = []
    if isinstance(error, ResponseError) and error.status is not None:
        lines.append(f"  status {error.status}, code {error.code}")
    if error.attempts.retries:
        lines.append(f"  requests: {error.attempts.requests}, sent again: {error.attempts.retries}")
    if error.detail:
        lines.append(f"  detail: {error.detail}")
    if error.tracking_id:
        lines.append(f"  tracking id of Zoom: {error.tracking_id}")
    return lines


def _print_traceback(error: Exception, console: Console) -> None:
    import traceback

    from zoom_component.redaction.texts import mask_text

    console.report(mask_text("".join(traceback.format_exception(error)).rstrip(), is_foreign=False))
