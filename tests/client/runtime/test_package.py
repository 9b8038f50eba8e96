"""Test the public names of the package, its errors, and its folders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import zoom_component
from zoom_component import errors, paths
from zoom_component.errors import ComponentError, ConnectionFailed, InputError, Problem, SpecError, WebhookRejected


def test_every_public_name_exists_and_no_other() -> None:
    for name in zoom_component.__all__:
        assert getattr(zoom_component, name)
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = zoom_component.Nothing


def test_importing_the_package_imports_no_other_library() -> None:
    names = ("httpx", "pydantic", "yaml", "httpcore", "httptools")
    code = f"import sys, zoom_component; print([name for name in {names} if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_kinds_are_class_names_in_snake_case_and_exit_codes_differ() -> None:
    kinds = {name: getattr(errors, name).kind for name in errors.__all__ if name != "Problem"}
    assert kinds["QuotaSpent"] == "quota_spent"
    assert kinds["TimedOut"] == "timed_out"
    assert kinds["ComponentError"] == "component_error"
    assert len(set(kinds.values())) == len(kinds)
    codes = [getattr(errors, name).exit_code for name in errors.__all__ if name != "Problem"]
    assert len(set(codes)) == len(codes)
    assert 0 not in codes


def test_the_docstring_lists_every_error() -> None:
    for name in errors.__all__:
        assert name == "Problem" or name in (errors.__doc__ or "")


def test_errors_as_json_hold_what_is_known() -> None:
    assert ComponentError("m").as_json() == {"kind": "component_error", "message": "m"}
    assert ComponentError("m", detail="d", tracking_id="t").as_json()["tracking_id"] == "t"
    assert SpecError("m", diagnostics=["a:1:1: x"]).as_json()["diagnostics"] == ["a:1:1: x"]
    two = InputError([Problem("a", "is wrong"), Problem("", "and so is this")])
    assert str(two) == two.message == "a: is wrong; and so is this"
    assert two.as_json()["problems"][1] == {"input": "", "message": "and so is this"}
    assert ConnectionFailed("m", connection="c", reconnect=True).as_json() == {
        "kind": "connection_failed",
        "message": "m",
        "status": None,
        "code": None,
        "connection": "c",
        "reconnect": True,
    }
    assert WebhookRejected("m", reason="stale").as_json()["status"] == 401


def test_the_state_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", "/elsewhere")
    assert paths.get_state_dir() == Path("/elsewhere")
    monkeypatch.delenv("ZOOM_COMPONENT_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", "/base")
    assert paths.get_state_dir() == Path("/base/zoom-component")
    monkeypatch.delenv("XDG_STATE_HOME")
    assert paths.get_state_dir() == Path.home() / ".local/state/zoom-component"
    assert (paths.get_bundle_dir() / "spec").is_dir()


def test_an_installed_package_contains_its_spec_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "site" / "zoom_component")
    assert paths.get_bundle_dir() == tmp_path / "site" / "zoom_component" / "_bundle"
