"""An example as a person would run it: a command line, and a line of Python. Pure."""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Mapping
from typing import Any

__all__ = ["format_command", "format_python_call"]

_WIDTH = 100


def format_command(key: str, inputs: Mapping[str, Any], *, width: int = _WIDTH, command: str = "run") -> str:
    """`zoom-component run KEY -i name=value ...`, quoted for a shell; what is not plain text is given as JSON.

    A line of more than `width` characters is broken, an input a line; 0 never breaks.
    """
    words = [f"-i {shlex.quote(_format_input(name, value))}" for name, value in inputs.items()]
    head = f"zoom-component {command} {key}"
    line = " ".join([head, *words])
    if not width or len(line) <= width:
        return line
    return " \\\n    ".join([head, *words])


def format_python_call(key: str, inputs: Mapping[str, Any]) -> str:
    """`session.run(key, {...}).data`, an input a line where one line is not enough."""
    if not inputs:
        return f'session.run("{key}").data'
    pairs = [f"{_literal(name)}: {_literal(value)}" for name, value in inputs.items()]
    line = f'session.run("{key}", {{{", ".join(pairs)}}}).data'
    if len(line) <= _WIDTH:
        return line
    below = "".join(f"        {pair},\n" for pair in pairs)
    return f'session.run(\n    "{key}",\n    {{\n{below}    }},\n).data'


def _literal(value: Any) -> str:
    if isinstance(value, str) and ('"' not in value or "'" in value):
        return json.dumps(value, ensure_ascii=False)
    return pprint.pformat(value, sort_dicts=False, width=10_000)


def _format_input(name: str, value: Any) -> str:
    # A text that begins with @ would be read as the name of a file.
    if isinstance(value, str) and not value.startswith("@"):
        return f"{name}={value}"
    return f"{name}:={json.dumps(value, ensure_ascii=False)}"
