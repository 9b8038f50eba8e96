"""Test which engine a URL or path opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoom_component.errors import InputError
from zoom_component.events.inbox.engines import get_default_path, open_inbox
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.paths import get_state_dir


@pytest.mark.parametrize("form", ["{}", "sqlite:{}", "sqlite://{}", "SQLite:{}"])
def test_a_file_opens_by_path_or_url(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a folder" / "inbox.db"
    inbox = open_inbox(form.format(path))
    assert isinstance(inbox, SqliteInbox)
    assert inbox.path == path
    inbox.close()


def test_a_relative_path_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one.db", "sqlite:two.db", "sqlite://three.db"):
        open_inbox(name).close()
    open_inbox(Path("four.db")).close()
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["four.db", "one.db", "three.db", "two.db"]


def test_the_default_inbox_is_in_the_state_folder() -> None:
    inbox = open_inbox()
    assert isinstance(inbox, SqliteInbox)
    assert inbox.path == get_default_path() == get_state_dir() / "inbox.db"
    inbox.close()


@pytest.mark.parametrize("url", ["mysql://me:hush@db/x", "redis:x", ""])
def test_an_unsupported_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InputError, match="expected a file name or a URL") as caught:
        open_inbox(url)
    assert "hush" not in str(caught.value)
