"""Build docs/sandbox-coverage.md: every operation of the facts, and how the sandbox answers it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from zoom_component.tools.export.markdown import escape_prose, format_table, inline_code
from zoom_facts import Operation, iter_operations

__all__ = ["render_coverage_page"]


def render_coverage_page(stateful: Collection[tuple[str, str]]) -> str:
    """Return the page. `stateful` are the operations with state, as (method, path template)."""
    every = sorted(iter_operations(), key=lambda each: each.product)
    products = [(product, list(rows)) for product, rows in groupby(every, key=lambda each: each.product)]
    parts = [
        "# What the sandbox answers",
        "A stateful operation keeps its changes: later calls see them. Every other operation returns an example made "
        "from its response schema, with the IDs of the call in it, or 501 with `sandbox --strict`. The header "
        "`x-sandbox-answer` of each response is `stateful` or `schema`. [The sandbox](sandbox.md) has the details.",
        format_table(
            ["Product", "Operations", "Stateful", "From schema"],
            [_count_row(product, rows, stateful) for product, rows in [*products, ("all", every)]],
        ),
    ]
    for product, rows in products:
        lines = [
            [inline_code(f"{row.method} {row.path}"), _answers(row, stateful)]
            for row in sorted(rows, key=_path_and_method)
        ]
        parts += [f"## {_product_title(product)}", format_table(["Operation", "Answers"], lines)]
    return "\n\n".join(parts) + "\n"


def _count_row(product: str, rows: Sequence[Operation], stateful: Collection[tuple[str, str]]) -> list[str]:
    count = sum((row.method, row.path) in stateful for row in rows)
    return [_product_title(product), str(len(rows)), str(count), str(len(rows) - count)]


def _answers(row: Operation, stateful: Collection[tuple[str, str]]) -> str:
    return "stateful" if (row.method, row.path) in stateful else "from schema"


def _path_and_method(row: Operation) -> tuple[str, str]:
    return (row.path, row.method)


def _product_title(product: str) -> str:
    return escape_prose(product.replace("_", " ").capitalize())
