"""Common jobs, from prompts.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from mcp_types import GetPromptResult, Prompt, PromptArgument, PromptMessage, TextContent

from zoom_component.spec.diagnostics import suggest

__all__ = ["fill_prompt", "list_prompts"]


def list_prompts() -> list[Prompt]:
    """Every job with its arguments."""
    return [
        Prompt(
            name=name,
            title=row["title"],
            description=row["description"],
            arguments=[
                PromptArgument(name=word, description=said["description"], required=bool(said.get("required")))
                for word, said in row["arguments"].items()
            ],
        )
        for name, row in _rows().items()
    ]


def fill_prompt(name: str, arguments: Mapping[str, str]) -> GetPromptResult:
    """A job with its arguments filled in. Raises LookupError for a wrong name or a missing argument."""
    row = _rows().get(name)
    if row is None:
        raise LookupError(f"there is no prompt {name!r}; {suggest(name, list(_rows()))}")
    missing = [word for word, said in row["arguments"].items() if said.get("required") and not arguments.get(word)]
    if missing:
        raise LookupError(f"{name} needs {' and '.join(missing)}")
    text: str = row["text"]
    for word in row["arguments"]:
        text = text.replace(f"{{{word}}}", arguments.get(word) or "none")
    message = PromptMessage(role="user", content=TextContent(type="text", text=text))
    return GetPromptResult(description=row["description"], messages=[message])


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "prompts.yaml").read_text(encoding="utf-8"))
    return found
