"""Which engine an address means."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoom_component.errors import InputError
from zoom_component.events.inbox.engines import get_default_path, open_inbox
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.paths import get_state_dir


@pytest.mark.parametrize("form", ["{}", "sqlite:{}", "sqlite://{}", "SQLite:{}"])
def test_a_file_is_opened_by_its_path_or_its_address(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a folder" / "inbox.db"
    store = open_inbox(form.format(path))
    assert isinstance(store, SqliteInbox)
    assert store.path == path
    store.close()


def test_a_path_below_the_current_folder_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one.db", "sqlite:two.db", "sqlite://three.db"):
        open_inbox(name).close()
    open_inbox(Path("four.db")).close()
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["four.db", "one.db", "three.db", "two.db"]


def test_without_an_address_it_lies_where_this_machine_keeps_things() -> None:
    store = open_inbox()
    assert isinstance(store, SqliteInbox)
    assert store.path == get_default_path() == get_state_dir() / "inbox.db"
    store.close()


@pytest.mark.parametrize("url", ["mysql://me:hush@db/x", "redis:x", ""])
def test_an_address_without_an_engine_is_told_without_its_password(url: str) -> None:
    with pytest.raises(InputError, match="accepted: a file, or") as caught:
        open_inbox(url)
    assert "hush" not in str(caught.value)
