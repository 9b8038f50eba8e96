"""What an editor shows of an action: what it does, and of each input what it means."""

from __future__ import annotations

from collections.abc import Iterator

from zoom_component.client.typed.names import input_names
from zoom_component.spec.spec import ABSENT, ActionSpec, Input

__all__ = ["docstring", "given", "required"]


def given(action: ActionSpec) -> dict[str, Input]:
    """The inputs that a caller gives, by what Python calls them; those that have to be first, what only logs last."""
    known = {name: action.inputs[key] for name, key in input_names(action.inputs).items()}
    kept = {name: spec for name, spec in known.items() if spec.type != "connection"}
    return dict(sorted(kept.items(), key=lambda item: (item[1].key == "debugRequest", not required(item[1], action))))


def required(spec: Input, action: ActionSpec) -> bool:
    """Whether a call has to give an input."""
    defaulted = spec.default is not ABSENT and action.applies_defaults
    return not defaulted and (spec.required or (spec.send or "").startswith("path."))


def docstring(action: ActionSpec, *, resumes: bool = False) -> list[str]:
    """The lines of an action's docstring, its inputs told as editors show them; `resumes` for a list in items."""
    told = [f"{action.description.rstrip('.')}."]
    if action.plan:
        told += ["", f"Zoom wants: {action.plan.strip().rstrip('.')}."]
    inputs = [f"    {name}: {_about(spec, action)}" for name, spec in given(action).items()]
    if resumes:
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
    if spec.along:
        yield f"Only along with {_called(spec.along, action)}."
    if spec.unless:
        yield f"Not together with {_called(spec.unless, action)}."


def _called(key: str, action: ActionSpec) -> str:
    return next(name for name, known in input_names(action.inputs).items() if known == key)
