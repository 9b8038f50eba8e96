"""Test that a wheel and an sdist contain the specs, compiled in the wheel, and the type files."""

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
from zoom_component.tools.export.type_files import build_type_files

ROOT = Path(__file__).parents[2]
_PROGRAM = """
import json, sys
from zoom_component import Component, paths
zoom = Component.load()
plan = zoom.plan("getMeeting", {"meetingId": "89347503"})
print(json.dumps({
    "bundle": str(paths.get_bundle_dir()), "keys": zoom.catalogue.action_keys(),
    "problems": zoom.catalogue.problems(),
    "kinds": sorted(zoom.catalogue.connections()), "path": plan.request.path,
    "slow": [name for name in ("yaml", "pydantic") if name in sys.modules],
}))
"""


@pytest.fixture(scope="module")
def dist_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a wheel and an sdist of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def _run_program(package: Path, tmp_path: Path) -> Any:
    environment = {**os.environ, "PYTHONPATH": str(package), "ZOOM_COMPONENT_CACHE": str(tmp_path / "cache")}
    # -P: do not import from the folder of the test.
    run = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(run.stdout)


def test_a_wheel_has_compiled_specs_and_type_files(dist_folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(dist_folder.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    facts = _run_program(tmp_path / "site", tmp_path)
    assert facts["bundle"] == str(tmp_path / "site" / "zoom_component" / "_bundle")
    assert (facts["keys"], facts["problems"], facts["path"]) == (Catalogue().action_keys(), [], "/meetings/89347503")
    assert facts["kinds"] == ["oauth", "serverToServer"]
    assert facts["slow"] == []
    assert not (tmp_path / "cache").exists()
    for path in build_type_files(Catalogue()):
        assert (tmp_path / "site" / Path(path).relative_to("component")).is_file()


def test_an_sdist_works_like_a_checkout(dist_folder: Path, tmp_path: Path) -> None:
    with tarfile.open(next(dist_folder.glob("*.tar.gz"))) as sdist:
        if hasattr(tarfile, "data_filter"):
            sdist.extractall(tmp_path, filter="data")
        else:  # before Python 3.11.4
            sdist.extractall(tmp_path)
    (unpacked,) = (folder for folder in tmp_path.iterdir() if folder.name.startswith("zoom_component-"))
    facts = _run_program(unpacked / "component", tmp_path)
    assert facts["bundle"] == str(unpacked)
    assert facts["keys"] == Catalogue().action_keys()
    for name in ("README.md", "Makefile", "requirements.lock", "LICENSE", "tests", "docs", "bench", "examples"):
        assert (unpacked / name).exists(), name
