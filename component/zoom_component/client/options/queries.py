"""What is asked for: a source by its key, or the values of any input by ACTION.INPUT; checked before all sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from zoom_component.client.actions import Actions
from zoom_component.client.options.collector import Option, OptionCollector, OptionPage, parse_resume
from zoom_component.client.options.labels import matches_search
from zoom_component.client.request.inputs import validate_inputs
from zoom_component.errors import InputError, Problem
from zoom_component.spec.api_names import map_api_names
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.data_source_spec import DataSourceSpec, as_action
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.spec import Input

__all__ = ["DEFAULT_LIMIT", "MAX_LIMIT", "OptionsQuery", "build_query"]

DEFAULT_LIMIT, MAX_LIMIT = 100, 10_000


class OptionsQuery(NamedTuple):
    """A checked pick: the action to run with these inputs, and what gathers the choices."""

    action: str
    inputs: Mapping[str, Any]
    collector: OptionCollector
    single_answer: bool
    warnings: tuple[str, ...] = ()


def build_query(
    actions: Actions,
    name: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    search: str = "",
    limit: int = DEFAULT_LIMIT,
    resume: str = "",
) -> OptionsQuery | OptionPage:
    """A pick that is ready to run; or the choices themselves, where an input's are fixed.

    `name` is a source, or an input as ACTION.INPUT (a trigger's and a source's own, too). "" and null among the inputs
    are not given. Raises InputError with every problem at once, SpecError for a faulty file.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError([Problem("most", f"came {limit}; accepted: a whole number from 1 to {MAX_LIMIT:,}")])
    token, skip = parse_resume(resume)
    found = _offered(actions.catalogue, name)
    if not isinstance(found, DataSourceSpec):
        return _fixed(found, name, inputs or {}, search, limit, skip)
    given, switches = _given(found, inputs or {})
    if search and found.search:
        given |= {**found.search.action_inputs, found.search.input: search}
    try:
        call = actions.call(found.action, given, resume=token)
    except InputError as error:
        raise InputError(error.problems, action=found.key) from None
    matched = "" if found.search else search
    gathering = OptionCollector(found, switches, matched, limit, token, skip)
    return OptionsQuery(found.action, given, gathering, call.action.pages is None, tuple(call.inputs.warnings))


def _given(source: DataSourceSpec, raw: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """What the action is given, and which of the source's switches are on. Raises InputError."""
    said = {key: value for key, value in raw.items() if value is not None and not _blank(value)}
    gathered = validate_inputs(as_action(source), said)
    if gathered.problems:
        told = [Problem(each.input, each.message.replace("this action", "this source")) for each in gathered.problems]
        raise InputError(told, action=source.key)
    switches = {key for listed in source.lists for key in listed.value_when}
    given = {key: value for key, value in gathered.values.items() if key not in switches}
    return {**source.action_inputs, **given}, frozenset(key for key in switches if gathered.values.get(key) is True)


def _blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _offered(catalogue: Catalogue, name: str) -> DataSourceSpec | list[Option]:
    """The source of that name; for ACTION.INPUT the input's source, or its fixed choices."""
    owner, dot, key = name.rpartition(".")
    if not dot:
        known = catalogue.data_source_keys()
        if name in {*catalogue.action_keys(), *catalogue.slugs(), *catalogue.trigger_keys()}:
            several = ", ".join(
                f"{name}.{each.key}" for each in _inputs(catalogue, name).values() if _worth_naming(each)
            )
            told = f"name one of its inputs: {several}" if several else "none of its inputs has values to offer"
            raise InputError([Problem("source", f"{name} is no source; {told}")])
        if name not in known:
            raise InputError([Problem("source", f"there is no source {name!r}; {suggest(name, known)}")])
        return catalogue.data_source(name)
    inputs = _inputs(catalogue, owner)
    key = key if key in inputs else map_api_names(inputs).get(key, key)
    if key not in inputs:
        raise InputError([Problem("source", f"{owner} has no input {key!r}; {suggest(key, inputs)}")])
    spec = inputs[key]
    if spec.data_source is not None:
        return catalogue.data_source(spec.data_source)
    if not _has_values(spec):
        others = _names(each.key for each in inputs.values() if _worth_naming(each))
        raise InputError([Problem("source", f"nothing is offered for {name}: it takes what is typed. {others}")])
    return [Option(value, label) for value, label in _model(spec).items()]


def _inputs(catalogue: Catalogue, owner: str) -> Mapping[str, Input]:
    if owner in catalogue.data_source_keys():
        return catalogue.data_source(owner).inputs
    if owner in catalogue.trigger_keys():
        return catalogue.trigger(owner).inputs
    known = [*catalogue.action_keys(), *catalogue.slugs()]
    if owner in known:
        return catalogue.action(owner).inputs
    near = suggest(owner, [*known, *catalogue.trigger_keys(), *catalogue.data_source_keys()])
    raise InputError([Problem("source", f"there is no action, trigger or source {owner!r}; {near}")])


def _has_values(spec: Input) -> bool:
    return spec.data_source is not None or bool(_model(spec))


def _worth_naming(spec: Input) -> bool:
    return spec.wire_type != "boolean" and _has_values(spec)


def _model(spec: Input) -> Mapping[str, str]:
    if spec.wire_type == "boolean" and not spec.model:
        return {"true": "true", "false": "false"}
    return spec.model or (spec.items or {}).get("model") or {}


def _names(keys: Iterable[str]) -> str:
    several = ", ".join(keys)
    return f"Values are offered for {several}." if several else "Nor for any other input of it."


def _fixed(
    choices: list[Option], name: str, inputs: Mapping[str, Any], search: str, most: int, skip: int
) -> OptionPage:
    if inputs:
        told = "the values are fixed; it takes no inputs"
        raise InputError([Problem(key, told) for key in inputs], action=name)
    found = [choice for choice in choices if matches_search(search, choice.label) or search == choice.value][skip:]
    more = f"{skip + most}." if len(found) > most else ""
    return OptionPage(tuple(found[:most]), more)
