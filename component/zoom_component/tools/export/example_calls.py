"""Write an example call as a command line and as a line of Python. Pure."""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Mapping
from typing import Any

__all__ = ["format_command", "format_python_call"]

_WIDTH = 100


def format_command(key: str, inputs: Mapping[str, Any], *, width: int = _WIDTH, command: str = "run") -> str:
    """Return `zoom-component run KEY -i name=value ...`, quoted for a shell, with values other than text as JSON.

    A line of more than `width` characters is broken into one line for each input; 0 never breaks.
    """
    options = [f"-i {shlex.quote(_format_input(name, value))}" for name, value in inputs.items()]
    head = f"zoom-component {command} {key}"
    line = " ".join([head, *options])
    if not width or len(line) <= width:
        return line
    return " \\\n    ".join([head, *options])


def format_python_call(key: str, inputs: Mapping[str, Any]) -> str:
    """Return `session.run(key, {...}).data`, with one line for each input if one line is not enough."""
    if not inputs:
        return f'session.run("{key}").data'
    pairs = [f"{_literal(name)}: {_literal(value)}" for name, value in inputs.items()]
    line = f'session.run("{key}", {{{", ".join(pairs)}}}).data'
    if len(line) <= _WIDTH:
        return line
    lines = "".join(f"        {pair},\n" for pair in pairs)
    return f'session.run(\n    "{key}",\n    {{\n{lines}    }},\n).data'


def _literal(value: Any) -> str:
    if isinstance(value, str) and ('"' not in value or "'" in value):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    return pprint.pformat(value, sort_dicts=False, width=10_000)


def _format_input(name: str, value: Any) -> str:
    # The command line reads a text that begins with @ as the name of a file.
    if isinstance(value, str) and not value.startswith("@"):
        return f"{name}={value}"
    return f"{name}:={json.dumps(value, ensure_ascii=False, allow_nan=False)}"
