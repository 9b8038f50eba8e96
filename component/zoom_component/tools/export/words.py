"""Every word of the language with its smallest example, and its meaning where the model does not say it.

The page spec/README.md and the schemas under spec/ take both from here; a test holds the words against the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from zoom_component.spec import data_source_model, trigger_model
from zoom_component.spec import model as language
from zoom_component.tools.export.value_wording import VALUES
from zoom_component.tools.export.wording import EXAMPLES, MEANINGS

__all__ = ["MODELS", "example", "literals", "meaning", "value_meaning", "words"]

MODELS: Mapping[str, type[BaseModel]] = {
    name: known
    for name, known in {**vars(language), **vars(trigger_model), **vars(data_source_model)}.items()
    if isinstance(known, type) and issubclass(known, language.SpecModel) and known is not language.SpecModel
}


def words(name: str) -> list[str]:
    """The words of a model, as authors write them, in the order of the model."""
    return [info.alias or field for field, info in MODELS[name].model_fields.items()]


def meaning(name: str, word: str) -> str:
    """What a word means: the model's own sentence, or the one kept here. Raises LookupError where neither has one."""
    return _field(name, word).description or _kept(MEANINGS.get(name, {}), word, f"{name}.{word} has no meaning")


def example(name: str, word: str) -> str:
    """The smallest example of a word, as YAML. Raises LookupError where none is kept."""
    return _kept(EXAMPLES.get(name, {}), word, f"{name}.{word} has no example")


def literals(name: str, word: str) -> list[str]:
    """The closed list of values that a word takes; empty where it takes anything of its type."""
    return list(_literals(_field(name, word).annotation))


def value_meaning(word: str, value: str) -> str:
    """What one value of a closed list means. Raises LookupError where that is not kept."""
    return _kept(VALUES.get(word, {}), value, f"{word}: {value} has no meaning")


def _kept(sentences: Mapping[str, str], word: str, missing: str) -> str:
    if word not in sentences:
        raise LookupError(f"{missing}; give it one in export/wording.py")
    return sentences[word]


def _field(name: str, word: str) -> FieldInfo:
    return next(info for field, info in MODELS[name].model_fields.items() if (info.alias or field) == word)


def _literals(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(value for inner in get_args(annotation) for value in _literals(inner))
