"""The specs are found wherever the component lies: in a checkout, in a wheel, in an sdist."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from zoom_component.spec.catalogue import Catalogue

ROOT = Path(__file__).parents[2]
_ASK = """
import json, sys
from zoom_component import Component, places
zoom = Component.load()
planned = zoom.plan("getMeeting", {"meetingId": "89347503"})
print(json.dumps({
    "bundle": str(places.bundle()), "keys": zoom.catalogue.keys(), "faults": zoom.catalogue.faults(),
    "kinds": sorted(zoom.catalogue.connections()), "path": planned.request.path,
    "slow": [name for name in ("yaml", "pydantic") if name in sys.modules],
}))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wheel and an sdist of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def _asked(package: Path, tmp_path: Path) -> Any:
    environment = {**os.environ, "PYTHONPATH": str(package), "ZOOM_COMPONENT_CACHE": str(tmp_path / "cache")}
    # -P: the folder that the test runs in is no place to import from.
    done = subprocess.run(
        [sys.executable, "-P", "-c", _ASK], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def test_a_wheel_brings_its_specs_compiled(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    told = _asked(tmp_path / "site", tmp_path)
    assert told["bundle"] == str(tmp_path / "site" / "zoom_component" / "_bundle")
    assert (told["keys"], told["faults"], told["path"]) == (Catalogue().action_keys(), [], "/meetings/89347503")
    assert told["kinds"] == ["oauth", "serverToServer"]
    assert told["slow"] == []
    assert not (tmp_path / "cache").exists()


def test_an_sdist_is_a_checkout(built: Path, tmp_path: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        if hasattr(tarfile, "data_filter"):
            sdist.extractall(tmp_path, filter="data")
        else:  # before Python 3.11.4
            sdist.extractall(tmp_path)
    (unpacked,) = (folder for folder in tmp_path.iterdir() if folder.name.startswith("zoom_component-"))
    told = _asked(unpacked / "component", tmp_path)
    assert told["bundle"] == str(unpacked)
    assert told["keys"] == Catalogue().action_keys()
    for name in ("README.md", "Makefile", "requirements.lock", "LICENSE", "tests", "docs", "bench", "examples"):
        assert (unpacked / name).exists(), name
