"""Texts that have broken parsers: deep, long, repeated, half open. Each function takes the number of characters."""

from __future__ import annotations

from itertools import pairwise

__all__ = ["list_documents", "list_values"]


def list_documents(size: int) -> dict[str, str]:
    """Return texts for parsers of YAML and JSON, by name."""
    units = {
        "flow sequences": "[", "flow mappings": "{", "block sequences": "- ", "complex keys": "? ", "mixed": "{a: [",
        "flow keys": "[? ", "closed and open": "[[x],", "anchors": "&a [", "pairs": '{"a":', "tags": "!a ",
        "quotes": '"', "commas": "[,", "comments": "#\n", "block comments": "[/*a*/", "documents": "---\n",
        "aliases": "- *a\n", "directives": "%Y a\n", "escapes": '- "\\x"\n', "tabs": "\t", "duplicates": "a: 1\n",
        "colons": ":", "wide keys": "[a]: b\n", "halves": '- "\\ud83d"\n', "backslashes": "\\", "signs": "+",
    }  # fmt: skip
    texts = {name: unit * (size // len(unit)) for name, unit in units.items()}
    names = "abcdefghijklmn"
    laughs = (f"{after}: &{after} [{','.join([f'*{name}'] * 9)}]\n" for name, after in pairwise(names))
    return texts | {
        "laughs": "a: &a [x]\n" + "".join(laughs),
        "loop": "a: &a [*a]",
        "closed": "[" * (size // 2) + "]" * (size // 2),
        "indents": "".join(f"{' ' * at}a:\n" for at in range(int((2 * size) ** 0.5))),
        "digits": "a: " + "1" * size,
        "exponent": "a: 1e" + "9" * size,
        "infinite": "[" + "1e400," * (size // 6) + "1]",
        "key": "a" * size + ": 1",
        "line": "a: " + "x" * size,
        "escaped": 'a: "' + "\\" * size,
        "surrogates": 'a: "' + "\\ud83d\\ude00" * (size // 12) + '"',
        "nul": "a: " + "x" * size + "\0",
        "marks": "\ufeff\ufeffa: 1",
        "duplicate pairs": "{" + '"a":1,' * (size // 6) + '"a":1}',
    }


def list_values(size: int) -> list[str]:
    """Return texts for the values of inputs: what could make a search go back again and again."""
    units = (
        "a", "@", "a@", "a.", "1", "1 ", "1-", " ", "\n", "<a@", '"', "(", "00:", "+1", ",", "\u200b", "a\u200b",
        "\u0301", "\u0301\u0316", "\uff41", "\u0661", "%25", "../", "&a=", "mailto:", "tel:", "zoom.us/", "GMT+",
        "https://zoom.us/j/1", "Meeting ID: ", "2026-01-01T", "<a href=", "\\",
    )  # fmt: skip
    return [unit * (size // len(unit)) for unit in units] + ["a" + " " * size + "b", "x@" + "a." * (size // 2)]
