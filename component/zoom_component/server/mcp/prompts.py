"""Offer the prompts of prompts.yaml: common tasks that a person chooses from a menu."""

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
    """Return every prompt with its arguments."""
    return [
        Prompt(
            name=name,
            title=prompt["title"],
            description=prompt["description"],
            arguments=[
                PromptArgument(name=key, description=spec["description"], required=bool(spec.get("required")))
                for key, spec in prompt["arguments"].items()
            ],
        )
        for name, prompt in _load_prompts().items()
    ]


def fill_prompt(name: str, arguments: Mapping[str, str]) -> GetPromptResult:
    """Return a prompt with its arguments filled in.

    Raise LookupError for an unknown name or a missing argument.
    """
    prompt = _load_prompts().get(name)
    if prompt is None:
        raise LookupError(f'unknown prompt "{name[:100]}"; {suggest(name, list(_load_prompts()))}')
    missing = [key for key, spec in prompt["arguments"].items() if spec.get("required") and not arguments.get(key)]
    if missing:
        raise LookupError(f"{name} requires {' and '.join(missing)}")
    text: str = prompt["text"]
    for key in prompt["arguments"]:
        text = text.replace(f"{{{key}}}", arguments.get(key) or "none")
    message = PromptMessage(role="user", content=TextContent(type="text", text=text))
    return GetPromptResult(description=prompt["description"], messages=[message])


@lru_cache(maxsize=1)
def _load_prompts() -> Mapping[str, Any]:
    file = Path(__file__).parent / "prompts.yaml"
    prompts: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return prompts
