"""Test that the catalogue compiles specs once, caches them, and compiles again after a change."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.specs import complete_action_text, write_files

from zoom_component.errors import InputError, SpecError
from zoom_component.paths import get_bundle_dir
from zoom_component.spec.catalogue import Catalogue


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZOOM_COMPONENT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def add(root: Path, key: str, words: str = "") -> None:
    write_files(root, {f"actions/things/{key}.yaml": complete_action_text(f"key: {key}\n{words}")})


def test_a_further_folder_adds_actions_to_the_packaged_ones(tmp_path: Path, cache: Path) -> None:
    add(tmp_path, "doThing", "label: My Thing")
    catalogue = Catalogue(tmp_path)
    assert {"doThing", "createMeeting"} <= set(catalogue.action_keys())
    assert catalogue.action("doThing").label == "My Thing"
    assert next(row for row in catalogue.listing() if row["key"] == "doThing")["resource"] == "things"
    assert catalogue.problems() == []


def test_the_cache_is_used_the_second_time(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(tmp_path, "doThing")
    before = Catalogue(tmp_path).action("doThing")
    monkeypatch.setattr("zoom_component.spec.catalogue.compile_specs", None)
    assert Catalogue(tmp_path).action("doThing") == before


def test_a_changed_file_is_compiled_again(tmp_path: Path, cache: Path) -> None:
    add(tmp_path, "doThing")
    assert Catalogue(tmp_path).action("doThing").label == "Do Thing"
    add(tmp_path, "doThing", "label: Do It Well")
    assert Catalogue(tmp_path).action("doThing").label == "Do It Well"


@pytest.mark.parametrize("damage", ["", "{", "[]"])
def test_a_damaged_cache_is_written_again(tmp_path: Path, cache: Path, damage: str) -> None:
    add(tmp_path, "doThing")
    Catalogue(tmp_path).action_keys()
    for path in cache.rglob("*.json"):
        path.write_text(damage)
    assert Catalogue(tmp_path).action("doThing").key == "doThing"


@pytest.mark.parametrize("damage", [None, "{", "{}"])
def test_a_damaged_spec_in_the_cache_is_compiled_again(tmp_path: Path, cache: Path, damage: str | None) -> None:
    add(tmp_path, "doThing")
    Catalogue(tmp_path).action_keys()
    (path,) = cache.rglob("actions-doThing.json")
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage)
    assert Catalogue(tmp_path).action("doThing").key == "doThing"


def test_a_cache_that_is_not_writable_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(tmp_path, "doThing")
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("ZOOM_COMPONENT_CACHE", str(tmp_path / "file"))
    assert Catalogue(tmp_path).action("doThing").key == "doThing"


def test_an_unknown_key_is_refused_with_a_suggestion(cache: Path) -> None:
    with pytest.raises(InputError, match=r'unknown action "createMeting"; did you mean createMeeting\?'):
        Catalogue().action("createMeting")
    with pytest.raises(InputError, match='unknown trigger "nothing"'):
        Catalogue().trigger("nothing")


def test_an_action_with_an_invalid_file_is_refused(tmp_path: Path, cache: Path) -> None:
    add(tmp_path, "doThing", "efect: read")
    with pytest.raises(SpecError, match=r'the file of doThing has problems; first: .*unknown key "efect"') as caught:
        Catalogue(tmp_path).action("doThing")
    assert caught.value.as_json()["diagnostics"] == Catalogue(tmp_path).problems()


def test_the_packaged_files_have_no_problems(cache: Path) -> None:
    catalogue = Catalogue()
    assert catalogue.problems() == []
    keys = catalogue.action_keys()
    assert [catalogue.action(key).key for key in keys] == keys
    assert catalogue.component()["base_url"] == "https://api.zoom.us/v2"


def test_lock_files_of_editors_and_circular_links_are_ignored(tmp_path: Path) -> None:
    folder = tmp_path / "actions" / "things"
    folder.mkdir(parents=True)
    (folder / ".#doThing.yaml").symlink_to("somebody@somewhere.1:2")
    (folder / "around").symlink_to(folder)
    (folder / "nowhere.yaml").symlink_to(tmp_path / "gone.yaml")
    catalogue = Catalogue(tmp_path)
    assert "getUser" in catalogue.action_keys()
    (problem,) = catalogue.problems()
    assert problem.endswith("nowhere.yaml:1:1: cannot read the file: No such file or directory")


def test_a_folder_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    catalogue = Catalogue(get_bundle_dir(), tmp_path, tmp_path)
    assert catalogue.problems() == []
    assert catalogue.action_keys() == Catalogue().action_keys()
