"""What is asked for: a source by its key, or the values of any input by ACTION.INPUT; checked before all sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from zoom_component.client.actions import Actions
from zoom_component.client.options.gathering import Choice, Gathering, Picked, place
from zoom_component.client.options.labels import matches
from zoom_component.client.request.inputs import gather
from zoom_component.errors import InputError, Problem
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.faults import suggest
from zoom_component.spec.names import api_names
from zoom_component.spec.source_spec import DataSourceSpec, as_action
from zoom_component.spec.spec import Input

__all__ = ["MOST", "USUAL", "Asking", "ask"]

USUAL, MOST = 100, 10_000


class Asking(NamedTuple):
    """A checked pick: the action to run with these inputs, and what gathers the choices."""

    action: str
    inputs: Mapping[str, Any]
    gathering: Gathering
    whole: bool
    cautions: tuple[str, ...] = ()


def ask(
    actions: Actions,
    name: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    search: str = "",
    most: int = USUAL,
    resume: str = "",
) -> Asking | Picked:
    """A pick that is ready to run; or the choices themselves, where an input's are fixed.

    `name` is a source, or an input as ACTION.INPUT (a trigger's and a source's own, too). "" and null among the inputs
    are not given. Raises InputError with every problem at once, SpecError for a faulty file.
    """
    if not 1 <= most <= MOST:
        raise InputError([Problem("most", f"came {most}; accepted: a whole number from 1 to {MOST:,}")])
    token, skip = place(resume)
    found = _offered(actions.catalogue, name)
    if not isinstance(found, DataSourceSpec):
        return _fixed(found, name, inputs or {}, search, most, skip)
    given, switches = _given(found, inputs or {})
    if search and found.search:
        given |= {**found.search.given, found.search.input: search}
    try:
        call = actions.call(found.action, given, resume=token)
    except InputError as error:
        raise InputError(error.problems, action=found.key) from None
    matched = "" if found.search else search
    gathering = Gathering(found, switches, matched, most, token, skip)
    return Asking(found.action, given, gathering, call.action.pages is None, tuple(call.inputs.cautions))


def _given(source: DataSourceSpec, raw: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """What the action is given, and which of the source's switches are on. Raises InputError."""
    said = {key: value for key, value in raw.items() if value is not None and not _blank(value)}
    gathered = gather(as_action(source), said)
    if gathered.problems:
        told = [Problem(each.input, each.message.replace("this action", "this source")) for each in gathered.problems]
        raise InputError(told, action=source.key)
    switches = {key for listed in source.lists for key in listed.instead}
    given = {key: value for key, value in gathered.values.items() if key not in switches}
    return {**source.given, **given}, frozenset(key for key in switches if gathered.values.get(key) is True)


def _blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _offered(catalogue: Catalogue, name: str) -> DataSourceSpec | list[Choice]:
    """The source of that name; for ACTION.INPUT the input's source, or its fixed choices."""
    owner, dot, key = name.rpartition(".")
    if not dot:
        known = catalogue.source_keys()
        if name in {*catalogue.keys(), *catalogue.slugs(), *catalogue.trigger_keys()}:
            several = ", ".join(
                f"{name}.{each.key}" for each in _inputs(catalogue, name).values() if _worth_naming(each)
            )
            told = f"name one of its inputs: {several}" if several else "none of its inputs has values to offer"
            raise InputError([Problem("source", f"{name} is no source; {told}")])
        if name not in known:
            raise InputError([Problem("source", f"there is no source {name!r}; {suggest(name, known)}")])
        return catalogue.source(name)
    inputs = _inputs(catalogue, owner)
    key = key if key in inputs else api_names(inputs).get(key, key)
    if key not in inputs:
        raise InputError([Problem("source", f"{owner} has no input {key!r}; {suggest(key, inputs)}")])
    spec = inputs[key]
    if spec.data_source is not None:
        return catalogue.source(spec.data_source)
    if not _has_values(spec):
        others = _names(each.key for each in inputs.values() if _worth_naming(each))
        raise InputError([Problem("source", f"nothing is offered for {name}: it takes what is typed. {others}")])
    return [Choice(value, label) for value, label in _model(spec).items()]


def _inputs(catalogue: Catalogue, owner: str) -> Mapping[str, Input]:
    if owner in catalogue.source_keys():
        return catalogue.source(owner).inputs
    if owner in catalogue.trigger_keys():
        return catalogue.trigger(owner).inputs
    known = [*catalogue.keys(), *catalogue.slugs()]
    if owner in known:
        return catalogue.action(owner).inputs
    near = suggest(owner, [*known, *catalogue.trigger_keys(), *catalogue.source_keys()])
    raise InputError([Problem("source", f"there is no action, trigger or source {owner!r}; {near}")])


def _has_values(spec: Input) -> bool:
    return spec.data_source is not None or bool(_model(spec))


def _worth_naming(spec: Input) -> bool:
    return spec.sends != "boolean" and _has_values(spec)


def _model(spec: Input) -> Mapping[str, str]:
    if spec.sends == "boolean" and not spec.model:
        return {"true": "true", "false": "false"}
    return spec.model or (spec.each or {}).get("model") or {}


def _names(keys: Iterable[str]) -> str:
    several = ", ".join(keys)
    return f"Values are offered for {several}." if several else "Nor for any other input of it."


def _fixed(choices: list[Choice], name: str, inputs: Mapping[str, Any], search: str, most: int, skip: int) -> Picked:
    if inputs:
        told = "the values are fixed; it takes no inputs"
        raise InputError([Problem(key, told) for key in inputs], action=name)
    found = [choice for choice in choices if matches(search, choice.label) or search == choice.value][skip:]
    more = f"{skip + most}." if len(found) > most else ""
    return Picked(tuple(found[:most]), more)
