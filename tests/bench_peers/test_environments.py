"""Test how the environments of the peers are named, and that their versions are pinned."""

from __future__ import annotations

import json
import shutil

import pytest
from bench.peers.environments import REQUIREMENTS, PeerUnavailable, hash_pins, parse_pins, prepare_node

FILES = sorted(REQUIREMENTS.glob("*.txt"))


def test_pins_are_read_with_or_without_hashes_and_markers() -> None:
    text = "a-b==1.0 \\\n    --hash=sha256:00\nC.d==2.0.post1; python_version < '3.13'\n# e==3\nf>=4\n    # via g==5\n"
    assert parse_pins(text) == {"a-b": "1.0", "C.d": "2.0.post1"}


def test_an_environment_is_named_after_its_pins() -> None:
    names = {hash_pins("httpx", *texts) for texts in (("a",), ("b",), ("a", "b"), ("ab",))}
    assert len(names) == 4
    assert hash_pins("httpx", "a") in names
    assert all(name.startswith("httpx-") for name in names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_requirement_is_pinned_with_a_hash(path: object) -> None:
    text = (REQUIREMENTS / str(path)).read_text(encoding="utf-8")
    requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(parse_pins(text)) == len(requirements)
    assert all(line.endswith("\\") for line in requirements)


def test_rivet_is_pinned_without_the_address_of_a_registry() -> None:
    folder = REQUIREMENTS.parent / "rivet"
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert (
        lock["node_modules/@zoom/rivet"]["version"]
        == json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]["@zoom/rivet"]
    )
    assert [name for name, entry in lock.items() if name and ("integrity" not in entry or "resolved" in entry)] == []


def test_without_node_rivet_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(PeerUnavailable, match="not installed"):
        prepare_node()
