"""Write the docstring of an action: what it does, and what each input means."""

from __future__ import annotations

from collections.abc import Iterator

from zoom_component.client.typed.names import map_input_names
from zoom_component.spec.spec import ABSENT, EFFECTS_WITH_DEFAULTS, ActionSpec, Input

__all__ = ["RESUME", "build_docstring", "describe_action", "describe_input", "is_required", "list_parameters"]

RESUME = "Token to resume at, which the error of an earlier call holds as `resume`."


def list_parameters(action: ActionSpec) -> dict[str, Input]:
    """Return the inputs by Python name: required ones first, the one that only logs last."""
    named = {name: action.inputs[key] for name, key in map_input_names(action.inputs).items()}
    inputs = {name: spec for name, spec in named.items() if spec.type != "connection"}
    return dict(sorted(inputs.items(), key=lambda row: (row[1].key == "debugRequest", not is_required(row[1], action))))


def is_required(spec: Input, action: ActionSpec) -> bool:
    """Return whether a call must provide an input."""
    has_default = spec.default is not ABSENT and action.effect in EFFECTS_WITH_DEFAULTS
    return not has_default and (spec.required or (spec.target or "").startswith("path."))


def describe_action(action: ActionSpec) -> list[str]:
    """Return what an action does and which Zoom plan it requires, as lines."""
    lines = [f"{action.description.rstrip('.')}."]
    return [*lines, "", f"Zoom plan: {action.plan.strip().rstrip('.')}."] if action.plan else lines


def describe_input(spec: Input, action: ActionSpec) -> str:
    """Return what an input means, on one line."""
    return " ".join(" ".join(_list_sentences(spec, action)).split())


def build_docstring(action: ActionSpec, *, resumable: bool = False) -> list[str]:
    """Return the lines of the docstring of a method; `resumable` for a list that is streamed."""
    inputs = [f"    {name}: {describe_input(spec, action)}" for name, spec in list_parameters(action).items()]
    if resumable:
        inputs.append(f"    resume: {RESUME}")
    lines = describe_action(action)
    return [*lines, "", "Args:", *inputs] if inputs else lines


def _list_sentences(spec: Input, action: ActionSpec) -> Iterator[str]:
    yield (spec.comments or f"{spec.label}.").strip()
    if spec.model is not None and any(value.lower() != label.lower() for value, label in spec.model.items()):
        yield f"Choices: {', '.join(f'{value} = {label}' for value, label in spec.model.items())}."
    if spec.default not in (ABSENT, None) and action.effect in EFFECTS_WITH_DEFAULTS:
        yield f"Default: {spec.default}."
    names = {key: name for name, key in map_input_names(action.inputs).items()}
    if spec.depends_on:
        yield f"Requires {names[spec.depends_on]}."
    if spec.conflicts_with:
        yield f"Conflicts with {names[spec.conflicts_with]}."
