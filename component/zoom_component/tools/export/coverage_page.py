"""Build docs/sandbox-coverage.md: whether the sandbox answers an operation from state or from its schema."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from zoom_component.tools.export.markdown import escape_prose, format_table, inline_code
from zoom_facts import Operation, iter_operations

__all__ = ["render_coverage_page"]

_INTRODUCTION = """\
This page lists every operation in the project's copy of the Zoom API (`spec/zoom/operations.jsonl`), and how the \
[sandbox](sandbox.md) answers it.

- **stateful**: the sandbox stores what the call changes, and later calls return it.
- **from schema**: the sandbox checks the call and returns an example that is built from the response schema, with the \
ids of the call in it. With `sandbox --strict` it answers 501 instead.

The header `x-sandbox-answer` of a successful answer is `stateful` or `schema`."""


def render_coverage_page(stateful: Collection[tuple[str, str]]) -> str:
    """Return the page as Markdown. `stateful` holds the operations with state as (method, path template).

    The caller passes them, because the exports do not import the sandbox.
    """
    operations = sorted(iter_operations(), key=lambda row: row.product)
    products = [(product, list(rows)) for product, rows in groupby(operations, key=lambda row: row.product)]
    parts = [
        "# Sandbox coverage",
        _INTRODUCTION,
        format_table(
            ["Product", "Operations", "Stateful", "From schema"],
            [_count_operations(product, rows, stateful) for product, rows in [*products, ("all", operations)]],
        ),
    ]
    for product, rows in products:
        cells = [
            [inline_code(f"{row.method} {row.path}"), _describe_answer(row, stateful)]
            for row in sorted(rows, key=lambda row: (row.path, row.method))
        ]
        parts += [f"## {_format_product(product)}", format_table(["Operation", "Answer"], cells)]
    return "\n\n".join(parts) + "\n"


def _count_operations(product: str, rows: Sequence[Operation], stateful: Collection[tuple[str, str]]) -> list[str]:
    count = sum((row.method, row.path) in stateful for row in rows)
    return [_format_product(product), str(len(rows)), str(count), str(len(rows) - count)]


def _describe_answer(row: Operation, stateful: Collection[tuple[str, str]]) -> str:
    return "stateful" if (row.method, row.path) in stateful else "from schema"


def _format_product(product: str) -> str:
    return escape_prose(product.replace("_", " ").capitalize())
