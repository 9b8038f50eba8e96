"""What an editor shows of an action: what it does, and of each input what it means."""

from __future__ import annotations

from collections.abc import Iterator

from zoom_component.client.typed.names import map_input_names
from zoom_component.spec.spec import ABSENT, ActionSpec, Input

__all__ = ["build_docstring", "is_required", "list_parameters"]


def list_parameters(action: ActionSpec) -> dict[str, Input]:
    """The inputs that a caller gives, by what Python calls them; those that have to be first, what only logs last."""
    known = {name: action.inputs[key] for name, key in map_input_names(action.inputs).items()}
    kept = {name: spec for name, spec in known.items() if spec.type != "connection"}
    return dict(
        sorted(kept.items(), key=lambda item: (item[1].key == "debugRequest", not is_required(item[1], action)))
    )


def is_required(spec: Input, action: ActionSpec) -> bool:
    """Whether a call has to give an input."""
    defaulted = spec.default is not ABSENT and action.applies_defaults
    return not defaulted and (spec.required or (spec.target or "").startswith("path."))


def build_docstring(action: ActionSpec, *, resumable: bool = False) -> list[str]:
    """The lines of an action's docstring, its inputs told as editors show them; `resumes` for a list in items."""
    told = [f"{action.description.rstrip('.')}."]
    if action.plan:
        told += ["", f"Zoom wants: {action.plan.strip().rstrip('.')}."]
    inputs = [f"    {name}: {_about(spec, action)}" for name, spec in list_parameters(action).items()]
    if resumable:
        inputs.append("    resume: Where to go on from: the token that an error of an earlier call holds as `resume`.")
    return [*told, "", "Args:", *inputs] if inputs else told


def _about(spec: Input, action: ActionSpec) -> str:
    return " ".join(" ".join(_sentences(spec, action)).split())


def _sentences(spec: Input, action: ActionSpec) -> Iterator[str]:
    yield (spec.comments or f"{spec.label}.").strip()
    if spec.model is not None and any(value.lower() != label.lower() for value, label in spec.model.items()):
        yield f"Choices: {', '.join(f'{value} = {label}' for value, label in spec.model.items())}."
    if spec.default not in (ABSENT, None) and action.applies_defaults:
        yield f"Unless said: {spec.default}."
    if spec.depends_on:
        yield f"Only along with {_called(spec.depends_on, action)}."
    if spec.conflicts_with:
        yield f"Not together with {_called(spec.conflicts_with, action)}."


def _called(key: str, action: ActionSpec) -> str:
    return next(name for name, known in map_input_names(action.inputs).items() if known == key)
