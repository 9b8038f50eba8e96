"""Create the methods of the catalogue's actions when they are first used."""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

from zoom_component.client.session import AsyncSession, Session
from zoom_component.client.typed.docstrings import build_docstring, is_required, list_parameters
from zoom_component.client.typed.names import drop_paging_inputs, map_input_names, to_python_name
from zoom_component.errors import InputError, Problem
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.spec import ActionSpec

__all__ = ["AsyncTyped", "Typed"]

_RESUME = "resume"


class _InputNames:
    """Convert the inputs of an action from Python names to keys, and problems back to Python names."""

    def __init__(self, action: ActionSpec) -> None:
        self._action = action
        self._keys = map_input_names(action.inputs)
        self._names = {key: name for name, key in self._keys.items()}

    def to_keys(self, session: Session | AsyncSession, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs by key. Raises InputError for unknown names, together with every other problem."""
        by_key = {self._keys[name]: value for name, value in inputs.items() if name in self._keys}
        unknown = [name for name in inputs if name not in self._keys]
        if unknown:
            names = list(list_parameters(self._action))
            problems = [Problem(name, f"unknown input; {suggest(name, names)}") for name in unknown]
            try:
                session.plan(self._action.key, by_key)
            except InputError as error:
                problems += self.rename_problems(error).problems
            raise InputError(problems, action=self._action.key)
        return by_key

    def rename_problems(self, error: InputError) -> InputError:
        """Return the error with Python names in place of keys."""
        # Only keys that cannot be English words: `from` is a key, too.
        keys = sorted((key for key in self._names if not key.islower()), key=len, reverse=True)
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, keys))})\b") if keys else None

        def rename(text: str) -> str:
            return pattern.sub(lambda match: self._names[match[0]], text) if pattern else text

        problems = [Problem(self._names.get(each.input, each.input), rename(each.message)) for each in error.problems]
        return InputError(problems, action=error.action)


class _Methods:
    """Create a method when its name is first used, and store it."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "session":
            raise AttributeError(name)
        key = self._list_actions().get(name)
        if key is None:
            raise AttributeError(f"unknown action {name!r}; {suggest(name, dir(self))}")
        method = self._create_method(self.session.actions.get_action(key))
        self.__dict__[name] = method
        return method

    def __dir__(self) -> list[str]:
        return sorted({*self._list_actions(), *(name for name in self.__dict__ if not name.startswith("_"))})

    def _list_actions(self) -> dict[str, str]:
        return {to_python_name(row["key"]): row["key"] for row in self.session.actions.catalogue.listing()}

    def _create_method(self, action: ActionSpec) -> Callable[..., Any]:
        raise NotImplementedError


class Typed(_Methods):
    """Offer the actions as methods over a session, which return the data of a result; `stream` offers the lists."""

    session: Session

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.stream = _Streams(session)

    def _create_method(self, action: ActionSpec) -> Callable[..., Any]:
        names = _InputNames(action)

        def run(**inputs: Any) -> Any:
            by_key = names.to_keys(self.session, inputs)
            try:
                return self.session.run(action.key, by_key).data
            except InputError as error:
                raise names.rename_problems(error) from None

        return _describe(run, action)


class AsyncTyped(_Methods):
    """Offer the same over an asynchronous session: `await zoom.create_meeting(...)`, `async for` over `zoom.stream`."""

    session: AsyncSession

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self.stream = _AsyncStreams(session)

    def _create_method(self, action: ActionSpec) -> Callable[..., Any]:
        names = _InputNames(action)

        async def run(**inputs: Any) -> Any:
            by_key = names.to_keys(self.session, inputs)
            try:
                return (await self.session.run(action.key, by_key)).data
            except InputError as error:
                raise names.rename_problems(error) from None

        return _describe(run, action)


class _ListMethods(_Methods):
    """Offer the actions that are lists."""

    def __dir__(self) -> list[str]:
        actions = self.session.actions
        return [name for name, key in self._list_actions().items() if actions.get_action(key).pages is not None]

    def _create_method(self, action: ActionSpec) -> Callable[..., Any]:
        if action.pages is None:
            raise AttributeError(f"{to_python_name(action.key)} is not a list; {suggest('', dir(self))}")
        action = drop_paging_inputs(action)
        return _describe(self._create_stream(action, _InputNames(action)), action, _RESUME)

    def _create_stream(self, action: ActionSpec, names: _InputNames) -> Callable[..., Any]:
        raise NotImplementedError


class _Streams(_ListMethods):
    """Yield the items of lists as pages arrive."""

    def _create_stream(self, action: ActionSpec, names: _InputNames) -> Callable[..., Any]:
        def stream(*, resume: str = "", **inputs: Any) -> Iterator[Any]:
            by_key = names.to_keys(self.session, inputs)
            try:
                yield from self.session.stream(action.key, by_key, resume=resume)
            except InputError as error:
                raise names.rename_problems(error) from None

        return stream


class _AsyncStreams(_ListMethods):
    """Yield the items of lists as pages arrive, for `async for`."""

    def _create_stream(self, action: ActionSpec, names: _InputNames) -> Callable[..., Any]:
        async def stream(*, resume: str = "", **inputs: Any) -> AsyncIterator[Any]:
            by_key = names.to_keys(self.session, inputs)
            try:
                async for item in self.session.stream(action.key, by_key, resume=resume):
                    yield item
            except InputError as error:
                raise names.rename_problems(error) from None

        return stream


def _describe(method: Callable[..., Any], action: ActionSpec, *more: str) -> Callable[..., Any]:
    """Return the method with the name, docstring and signature of its action; `more` are further parameters."""
    method.__name__ = method.__qualname__ = to_python_name(action.key)
    method.__doc__ = "\n".join(build_docstring(action, resumable=bool(more)))
    empty, keyword = inspect.Parameter.empty, inspect.Parameter.KEYWORD_ONLY
    defaults = {name: empty if is_required(spec, action) else ... for name, spec in list_parameters(action).items()}
    defaults |= dict.fromkeys(more, ...)
    parameters = [inspect.Parameter(name, keyword, default=default) for name, default in defaults.items()]
    method.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return method
