"""Check that docs/settings.md lists exactly the variables that the code reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.client.connections.kinds import SPECS

from zoom_component.client.connections.settings import ConnectionSettings, resolve_connection
from zoom_component.spec.catalogue import Catalogue

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
SLUGS = set(Catalogue().slugs())
_NAME = re.compile(r"\b(?:ZOOM|PRISMATIC)_[A-Z_]+[A-Z]\b")


def test_the_page_lists_exactly_the_variables() -> None:
    variables = set()
    for path in (ROOT / "component").rglob("*.py"):
        variables |= set(_NAME.findall(path.read_text(encoding="utf-8"))) - SLUGS
    rows = {name for row in PAGE.splitlines() if row.startswith("| `") for name in _NAME.findall(row.split("|")[1])}
    assert rows == {name for name in variables if not name.endswith("_WEBHOOK_SECRET")}


def test_the_connection_file_of_the_page_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "connection.yaml"
    file.write_text(block, encoding="utf-8")
    connection = resolve_connection(
        SPECS, ConnectionSettings(), environ={"ZOOM_CONNECTION_FILE": str(file)}, folder=tmp_path
    )
    assert (connection.key, connection.base_url) == ("serverToServer", "https://api.zoom.us/v2")
    assert "my-secret" in connection.get_secrets()
