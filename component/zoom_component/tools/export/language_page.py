"""The tables of spec/README.md: between two markers stands what the models say, and the prose around is an author's."""

from __future__ import annotations

import re

from zoom_component.tools.export.markdown import format_table, inline_code
from zoom_component.tools.export.words import MODELS, example, literals, meaning, value_meaning, words

__all__ = ["fill_language_page"]

_PART = re.compile(r"(<!-- (words|values): (\w+)(?: (\w+))? -->\n).*?(<!-- end -->)", re.DOTALL)


def fill_language_page(text: str) -> str:
    """The page with every table made anew.

    `<!-- words: InputFile -->` asks for the words of a model, `<!-- values: InputFile sends -->` for the closed list
    of a word; each ends with `<!-- end -->`.
    """
    return _PART.sub(lambda found: f"{found[1]}{_made(found)}\n{found[5]}", text)


def _made(found: re.Match[str]) -> str:
    name = found[3]
    if name not in MODELS:
        raise ValueError(f"the language has no model {name!r}; there are {', '.join(MODELS)}")
    if found[2] == "words":
        return format_table(["Word", "Example", "Meaning"], [_word(name, word) for word in words(name)])
    word = found[4]
    return format_table(
        ["Value", "Meaning"], [[f"`{value}`", value_meaning(word, value)] for value in literals(name, word)]
    )


def _word(name: str, word: str) -> list[str]:
    # The sentences are ours and may hold Markdown; only a pipe would end the cell.
    return [f"`{word}`", inline_code(example(name, word)), meaning(name, word).replace("|", "\\|")]
