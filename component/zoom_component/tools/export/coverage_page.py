"""docs/sandbox-coverage.md: every operation of the facts, and how the embedded Zoom answers it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from zoom_component.tools.export.markdown import escape_prose, format_table, inline_code
from zoom_facts import Operation, iter_operations

__all__ = ["render_coverage_page"]


def render_coverage_page(stateful: Collection[tuple[str, str]]) -> str:
    """The page. `stateful` holds the operations with state as (method, path template); export knows no sandbox."""
    every = sorted(iter_operations(), key=lambda each: each.product)
    products = [(product, list(rows)) for product, rows in groupby(every, key=lambda each: each.product)]
    parts = [
        "# What the embedded Zoom answers",
        "Stateful operations remember: what one call changes, the next one sees. Every other operation gives an "
        "example made from its response schema, with the ids of the call in it, or 501 with `sandbox --strict`. The "
        "header `x-sandbox-answer` of each answer says which it is (`stateful` or `schema`). "
        "[The sandbox](sandbox.md) tells the rest.",
        format_table(
            ["Product", "Operations", "Stateful", "From schema"],
            [_sums(product, rows, stateful) for product, rows in [*products, ("all", every)]],
        ),
    ]
    for product, rows in products:
        lines = [[inline_code(f"{row.method} {row.path}"), _answers(row, stateful)] for row in sorted(rows, key=_place)]
        parts += [f"## {_words(product)}", format_table(["Operation", "Answers"], lines)]
    return "\n\n".join(parts) + "\n"


def _sums(product: str, rows: Sequence[Operation], stateful: Collection[tuple[str, str]]) -> list[str]:
    kept = sum((row.method, row.path) in stateful for row in rows)
    return [_words(product), str(len(rows)), str(kept), str(len(rows) - kept)]


def _answers(row: Operation, stateful: Collection[tuple[str, str]]) -> str:
    return "stateful" if (row.method, row.path) in stateful else "from schema"


def _place(row: Operation) -> tuple[str, str]:
    return (row.path, row.method)


def _words(product: str) -> str:
    return escape_prose(product.replace("_", " ").capitalize())
