"""The catalogue: compiled once, kept, made anew when a file changes, and never in the way of a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.specs import complete_action_text, write_files

from zoom_component.errors import InputError, SpecError
from zoom_component.spec.catalogue import Catalogue


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZOOM_COMPONENT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def add(root: Path, key: str, words: str = "") -> None:
    write_files(root, {f"actions/things/{key}.yaml": complete_action_text(f"key: {key}\n{words}")})


def test_a_folder_of_ones_own_stands_beside_the_packaged_actions(tmp_path: Path, cache: Path) -> None:
    add(tmp_path, "doThing", "label: My Thing")
    catalogue = Catalogue(tmp_path)
    assert {"doThing", "createMeeting"} <= set(catalogue.action_keys())
    assert catalogue.action("doThing").label == "My Thing"
    assert next(row for row in catalogue.listing() if row["key"] == "doThing")["resource"] == "things"
    assert catalogue.problems() == []


def test_the_second_time_nothing_is_compiled(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(tmp_path, "doThing")
    before = Catalogue(tmp_path).action("doThing")
    monkeypatch.setattr("zoom_component.spec.catalogue.compile_specs", None)
    assert Catalogue(tmp_path).action("doThing") == before


def test_a_changed_file_is_compiled_anew(tmp_path: Path, cache: Path) -> None:
    add(tmp_path, "doThing")
    assert Catalogue(tmp_path).action("doThing").label == "Do Thing"
    add(tmp_path, "doThing", "label: Do It Well")
    assert Catalogue(tmp_path).action("doThing").label == "Do It Well"


@pytest.mark.parametrize("damage", ["", "{", "[]"])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, cache: Path, damage: str) -> None:
    add(tmp_path, "doThing")
    Catalogue(tmp_path).action_keys()
    for kept in cache.rglob("*.json"):
        kept.write_text(damage)
    assert Catalogue(tmp_path).action("doThing").key == "doThing"


@pytest.mark.parametrize("damage", [None, "{", "{}"])
def test_a_damaged_spec_in_a_good_cache_is_made_anew(tmp_path: Path, cache: Path, damage: str | None) -> None:
    add(tmp_path, "doThing")
    Catalogue(tmp_path).action_keys()
    (kept,) = cache.rglob("actions-doThing.json")
    if damage is None:
        kept.unlink()
    else:
        kept.write_text(damage)
    assert Catalogue(tmp_path).action("doThing").key == "doThing"


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(tmp_path, "doThing")
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("ZOOM_COMPONENT_CACHE", str(tmp_path / "file"))
    assert Catalogue(tmp_path).action("doThing").key == "doThing"


def test_an_unknown_key_is_told_with_the_right_one(cache: Path) -> None:
    with pytest.raises(InputError, match=r"there is no action 'createMeting'; did you mean createMeeting\?"):
        Catalogue().action("createMeting")
    with pytest.raises(InputError, match="there is no trigger 'nothing'"):
        Catalogue().trigger("nothing")


def test_a_faulty_file_is_told_when_its_action_is_wanted(tmp_path: Path, cache: Path) -> None:
    add(tmp_path, "doThing", "efect: read")
    with pytest.raises(SpecError, match=r"doThing cannot be used: .*'efect' is not known") as caught:
        Catalogue(tmp_path).action("doThing")
    assert caught.value.as_json()["diagnostics"] == Catalogue(tmp_path).problems()


def test_the_packaged_files_have_no_fault(cache: Path) -> None:
    catalogue = Catalogue()
    assert catalogue.problems() == []
    keys = catalogue.action_keys()
    assert [catalogue.action(key).key for key in keys] == keys
    assert catalogue.component()["base_url"] == "https://api.zoom.us/v2"


def test_an_editors_lock_and_a_link_in_a_circle_stop_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "actions" / "things"
    folder.mkdir(parents=True)
    (folder / ".#doThing.yaml").symlink_to("somebody@somewhere.1:2")
    (folder / "around").symlink_to(folder)
    (folder / "nowhere.yaml").symlink_to(tmp_path / "gone.yaml")
    catalogue = Catalogue(tmp_path)
    assert "getUser" in catalogue.action_keys()
    (fault,) = catalogue.problems()
    assert fault.endswith("nowhere.yaml:1:1: the file cannot be read: No such file or directory")
