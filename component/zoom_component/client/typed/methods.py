"""The methods themselves, made of the catalogue when they are first asked for."""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

from zoom_component.client.session import AsyncSession, Session
from zoom_component.client.typed.docstrings import build_docstring, is_required
from zoom_component.client.typed.docstrings import list_parameters as offered
from zoom_component.client.typed.names import drop_paging_inputs, map_input_names, to_python_name
from zoom_component.errors import InputError, Problem
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.spec import ActionSpec

__all__ = ["AsyncTyped", "Typed"]

_RESUME = "resume"


class _Inputs:
    """The inputs of an action by what Python calls them, on their way to keys; and problems on their way back."""

    def __init__(self, action: ActionSpec) -> None:
        self._action = action
        self._keys = map_input_names(action.inputs)
        self._names = {key: name for name, key in self._keys.items()}

    def keyed(self, session: Session | AsyncSession, said: Mapping[str, Any]) -> dict[str, Any]:
        """By key. Raises InputError for a name that is none, and for whatever else is wrong then."""
        known = {self._keys[name]: value for name, value in said.items() if name in self._keys}
        strange = [name for name in said if name not in self._keys]
        if strange:
            names = list(offered(self._action))
            problems = [Problem(name, f"this action has no such input; {suggest(name, names)}") for name in strange]
            try:
                session.plan(self._action.key, known)
            except InputError as error:
                problems += self.renamed(error).problems
            raise InputError(problems, action=self._action.key)
        return known

    def renamed(self, error: InputError) -> InputError:
        """The error with Python's names in it."""
        # Only what cannot be an English word: `from` is a key, too.
        keys = sorted((key for key in self._names if not key.islower()), key=len, reverse=True)
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, keys))})\b") if keys else None

        def called(text: str) -> str:
            return pattern.sub(lambda found: self._names[found[0]], text) if pattern else text

        problems = [Problem(self._names.get(each.input, each.input), called(each.message)) for each in error.problems]
        return InputError(problems, action=error.action)


class _Methods:
    """Looks methods up by name. What is found stays, so that it is looked up once."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "session":
            raise AttributeError(name)
        key = self._offered().get(name)
        if key is None:
            raise AttributeError(f"there is no action {name!r}; {suggest(name, dir(self))}")
        made = self._method(self.session.actions.action(key))
        self.__dict__[name] = made
        return made

    def __dir__(self) -> list[str]:
        return sorted({*self._offered(), *(name for name in self.__dict__ if not name.startswith("_"))})

    def _offered(self) -> dict[str, str]:
        return {to_python_name(row["key"]): row["key"] for row in self.session.actions.catalogue.listing()}

    def _method(self, action: ActionSpec) -> Callable[..., Any]:
        raise NotImplementedError


class Typed(_Methods):
    """The actions as methods over a session. Each gives the data of its result; `stream` the items of a list."""

    session: Session

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.stream = _Streams(session)

    def _method(self, action: ActionSpec) -> Callable[..., Any]:
        inputs = _Inputs(action)

        def run(**said: Any) -> Any:
            given = inputs.keyed(self.session, said)
            try:
                return self.session.run(action.key, given).data
            except InputError as error:
                raise inputs.renamed(error) from None

        return _named(run, action)


class AsyncTyped(_Methods):
    """The same over an asynchronous session: `await zoom.create_meeting(...)`, `async for ... in zoom.stream...`."""

    session: AsyncSession

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self.stream = _AsyncStreams(session)

    def _method(self, action: ActionSpec) -> Callable[..., Any]:
        inputs = _Inputs(action)

        async def run(**said: Any) -> Any:
            given = inputs.keyed(self.session, said)
            try:
                return (await self.session.run(action.key, given)).data
            except InputError as error:
                raise inputs.renamed(error) from None

        return _named(run, action)


class _Lists(_Methods):
    """The actions that are lists."""

    def __dir__(self) -> list[str]:
        actions = self.session.actions
        return [name for name, key in self._offered().items() if actions.action(key).pages is not None]

    def _method(self, action: ActionSpec) -> Callable[..., Any]:
        if action.pages is None:
            raise AttributeError(f"{to_python_name(action.key)} is no list; {suggest('', dir(self))}")
        listed = drop_paging_inputs(action)
        return _named(self._stream(listed, _Inputs(listed)), listed, _RESUME)

    def _stream(self, action: ActionSpec, inputs: _Inputs) -> Callable[..., Any]:
        raise NotImplementedError


class _Streams(_Lists):
    """Lists item by item, as pages arrive."""

    def _stream(self, action: ActionSpec, inputs: _Inputs) -> Callable[..., Any]:
        def stream(*, resume: str = "", **said: Any) -> Iterator[Any]:
            given = inputs.keyed(self.session, said)
            try:
                yield from self.session.stream(action.key, given, resume=resume)
            except InputError as error:
                raise inputs.renamed(error) from None

        return stream


class _AsyncStreams(_Lists):
    """The same for `async for`."""

    def _stream(self, action: ActionSpec, inputs: _Inputs) -> Callable[..., Any]:
        async def stream(*, resume: str = "", **said: Any) -> AsyncIterator[Any]:
            given = inputs.keyed(self.session, said)
            try:
                async for item in self.session.stream(action.key, given, resume=resume):
                    yield item
            except InputError as error:
                raise inputs.renamed(error) from None

        return stream


def _named(method: Callable[..., Any], action: ActionSpec, *more: str) -> Callable[..., Any]:
    """The method as `help` and completion show it."""
    method.__name__ = method.__qualname__ = to_python_name(action.key)
    method.__doc__ = "\n".join(build_docstring(action, resumable=bool(more)))
    empty, keyword = inspect.Parameter.empty, inspect.Parameter.KEYWORD_ONLY
    words = {name: empty if is_required(spec, action) else ... for name, spec in offered(action).items()}
    words |= dict.fromkeys(more, ...)
    parameters = [inspect.Parameter(name, keyword, default=how) for name, how in words.items()]
    method.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return method
