"""Check that docs/dependencies.md lists exactly the dependencies of pyproject.toml, each in its section."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.tools.export.pages import find_section, parse_tables, render_cell

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]


def list_packages(requirements: Iterable[str]) -> set[str]:
    """Return the packages of requirements such as `httpx>=0.27,<0.29`."""
    return {re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0] for requirement in requirements}


def read_rows(heading: str) -> list[dict[str, str]]:
    """Return the rows of the table below a heading, without Markdown."""
    (table,) = parse_tables(find_section(PAGE, heading))
    return [{column: render_cell(cell) for column, cell in row.items()} for row in table]


@pytest.mark.parametrize(
    ("heading", "requirements"),
    [
        ("## At run time", PROJECT["project"]["dependencies"]),
        ("## For development", EXTRAS["dev"]),
        ("## To build", PROJECT["build-system"]["requires"]),
    ],
)
def test_each_table_lists_exactly_the_packages(heading: str, requirements: list[str]) -> None:
    assert [row["Package"] for row in read_rows(heading)] == sorted(list_packages(requirements), key=str.lower)


def test_every_extra_is_listed_with_its_packages() -> None:
    packages = {(row["Extra"], row["Package"]) for row in read_rows("## Extras")}
    assert packages == {(extra, name) for extra in EXTRAS if extra != "dev" for name in list_packages(EXTRAS[extra])}


def test_every_package_has_its_reason_in_one_line() -> None:
    for table in parse_tables(PAGE):
        for row in table:
            assert len(row["What for"].split()) >= 2, row
            assert row["What for"].endswith(".")
