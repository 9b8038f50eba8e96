"""Build an options query: a data source by its key, or any input as ACTION.INPUT, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from zoom_component.client.actions import Actions
from zoom_component.client.calls import Call
from zoom_component.client.options.collector import Option, OptionCollector, OptionPage, parse_resume
from zoom_component.client.options.labels import matches_search
from zoom_component.client.request.absence import is_empty
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
    """Hold a checked query: the call to run, and the collector of its options."""

    call: Call
    collector: OptionCollector

    @property
    def single_answer(self) -> bool:
        """Return whether the action answers with all lists at once, not with pages of one."""
        return self.call.action.pages is None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return the warnings of the call."""
        return tuple(self.call.inputs.warnings)


def build_query(
    actions: Actions,
    name: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    search: str = "",
    limit: int = DEFAULT_LIMIT,
    resume: str = "",
) -> OptionsQuery | OptionPage:
    """Return a query that is ready to run, or the options themselves if those of the input are fixed.

    `name` is a data source, or an input as ACTION.INPUT (also of a trigger or a data source). "" and null in `inputs`
    count as not given. Raises InputError with every problem at once, SpecError for an invalid file.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError([Problem("limit", f"expected an integer from 1 to {MAX_LIMIT:,}, got {limit}")])
    token, skip = parse_resume(resume)
    source = _find_source(actions.catalogue, name)
    if not isinstance(source, DataSourceSpec):
        return _select_options(source, name, inputs or {}, search, limit, skip)
    action_inputs, switches = _build_action_inputs(source, inputs or {})
    if search and source.search:
        action_inputs |= {**source.search.action_inputs, source.search.input: search}
    try:
        call = actions.call(source.action, action_inputs, stream=True, resume=token)
    except InputError as error:
        raise InputError(error.problems, action=source.key) from None
    label_search = "" if source.search else search
    return OptionsQuery(call, OptionCollector(source, switches, label_search, limit, token, skip))


def _build_action_inputs(source: DataSourceSpec, raw: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the inputs of the action, and the switches of the source that are on. Raises InputError."""
    validated = validate_inputs(as_action(source), raw)
    if validated.problems:
        raise InputError(validated.problems, action=source.key)
    switches = {key for offered in source.lists for key in offered.value_when}
    inputs = {key: value for key, value in validated.values.items() if key not in switches}
    return {**source.action_inputs, **inputs}, frozenset(key for key in switches if validated.values.get(key) is True)


def _find_source(catalogue: Catalogue, name: str) -> DataSourceSpec | list[Option]:
    """Return the data source with this name; for ACTION.INPUT the source of the input, or its fixed options."""
    owner, dot, key = name.rpartition(".")
    if not dot:
        return _get_data_source(catalogue, name)
    inputs = _get_inputs(catalogue, owner)
    key = key if key in inputs else map_api_names(inputs).get(key, key)
    if key not in inputs:
        raise InputError([Problem("source", f"{owner} has no input {key!r}; {suggest(key, inputs)}")])
    spec = inputs[key]
    if spec.data_source is not None:
        return catalogue.data_source(spec.data_source)
    if not _has_options(spec):
        others = ", ".join(each.key for each in inputs.values() if _is_worth_listing(each))
        hint = f"inputs of {owner} with options: {others}" if others else f"no input of {owner} has options"
        raise InputError([Problem("source", f"{name} has no options, because it takes any value; {hint}")])
    return [Option(value, label) for value, label in _get_model(spec).items()]


def _get_data_source(catalogue: Catalogue, name: str) -> DataSourceSpec:
    known = catalogue.data_source_keys()
    if name in known:
        return catalogue.data_source(name)
    if name in {*catalogue.action_keys(), *catalogue.slugs(), *catalogue.trigger_keys()}:
        inputs = [f"{name}.{each.key}" for each in _get_inputs(catalogue, name).values() if _is_worth_listing(each)]
        hint = f"name one of its inputs: {', '.join(inputs)}" if inputs else "none of its inputs has options"
        raise InputError([Problem("source", f"{name} is not a data source; {hint}")])
    raise InputError([Problem("source", f"unknown data source {name!r}; {suggest(name, known)}")])


def _get_inputs(catalogue: Catalogue, owner: str) -> Mapping[str, Input]:
    if owner in catalogue.data_source_keys():
        return catalogue.data_source(owner).inputs
    if owner in catalogue.trigger_keys():
        return catalogue.trigger(owner).inputs
    known = [*catalogue.action_keys(), *catalogue.slugs()]
    if owner in known:
        return catalogue.action(owner).inputs
    hint = suggest(owner, [*known, *catalogue.trigger_keys(), *catalogue.data_source_keys()])
    raise InputError([Problem("source", f"unknown action, trigger or data source {owner!r}; {hint}")])


def _has_options(spec: Input) -> bool:
    return spec.data_source is not None or bool(_get_model(spec))


def _is_worth_listing(spec: Input) -> bool:
    return spec.wire_type != "boolean" and _has_options(spec)


def _get_model(spec: Input) -> Mapping[str, str]:
    """Return the fixed options of an input: value to label."""
    if spec.wire_type == "boolean" and not spec.model:
        return {"true": "true", "false": "false"}
    return spec.model or (spec.items or {}).get("model") or {}


def _select_options(
    options: list[Option], name: str, inputs: Mapping[str, Any], search: str, limit: int, skip: int
) -> OptionPage:
    if filled := [key for key, value in inputs.items() if not is_empty(value)]:
        message = f"is not used, because the options of {name} are fixed; leave it out"
        raise InputError([Problem(key, message) for key in filled], action=name)
    matches = [each for each in options if matches_search(search, each.label) or search == each.value][skip:]
    return OptionPage(tuple(matches[:limit]), f"{skip + limit}." if len(matches) > limit else "")
