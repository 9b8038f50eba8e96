"""Test the facts about time zones: one list on every machine, which the sandbox uses, too."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from importlib.resources import files

import pytest

from zoom_component.paths import get_bundle_dir
from zoom_facts.time_zones import find_time_zone, list_time_zones, load_time_zone_names
from zoom_sandbox import times

NAMES = load_time_zone_names()


def test_the_list_has_the_names_of_iana_and_of_zoom() -> None:
    iana = set(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())
    assert list_time_zones() - iana == {"SST"}
    assert iana - list_time_zones() == {"Factory"}
    assert NAMES.zoom.keys() <= list_time_zones()
    assert (len(NAMES.zoom), len(NAMES.windows)) == (136, 136)


def test_the_names_of_windows_are_names_of_the_list() -> None:
    assert set(NAMES.windows.values()) <= list_time_zones()
    assert NAMES.windows_labels.keys() <= NAMES.windows.keys()
    assert NAMES.other_names.keys() <= NAMES.zoom.keys()


def test_the_file_names_its_sources_and_its_date() -> None:
    facts = json.loads((get_bundle_dir() / "spec/zoom/time_zones.json").read_text(encoding="utf-8"))
    assert facts["sources"].keys() == {"zoom", "other_names", "windows"}
    assert datetime.fromisoformat(facts["date"])


def test_a_zone_has_its_own_name_and_its_rules() -> None:
    zone = find_time_zone("SST")
    assert zone is not None
    assert (zone.key, zone.utcoffset(datetime(2030, 1, 1))) == ("SST", timedelta(hours=11))
    berlin = find_time_zone("Europe/Berlin")
    assert berlin is not None
    assert [berlin.utcoffset(datetime(2030, month, 1)) for month in (1, 7)] == [timedelta(hours=1), timedelta(hours=2)]


@pytest.mark.parametrize("name", ["localtime", "posix/UTC", "right/UTC", "Factory", "europe/berlin", "", "../zones"])
def test_any_other_name_is_unknown_to_the_facts_and_to_the_sandbox(name: str) -> None:
    assert find_time_zone(name) is None
    with pytest.raises(ValueError, match=r"^"):
        times.find_time_zone(name)
