"""Test that specs are compiled once, whoever else runs, and that no file of another user's is believed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from tests.support.full_disk import limit_file_size
from tests.support.specs import complete_action_text, write_files

from zoom_component import paths
from zoom_component.spec import cache, catalogue
from zoom_component.spec.catalogue import Catalogue, make_stamp

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")

PROCESS = """
import os, sys, time
from zoom_component import paths
from zoom_component.spec import catalogue

paths.get_bundle_dir = lambda: paths.Path(sys.argv[1])
compile_specs = catalogue.compile_specs

def compile_slowly(*arguments):
    with open(sys.argv[2], "ab", buffering=0) as log:
        log.write(b"compiled\\n")
    time.sleep(float(sys.argv[3]))
    return compile_specs(*arguments)

catalogue.compile_specs = compile_slowly
assert catalogue.Catalogue().action("doThing").label == "Do Thing"
"""


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small folder of specs in place of the packaged one."""
    root = write_files(tmp_path / "bundle", {"actions/things/doThing.yaml": complete_action_text("key: doThing")})
    (root / "spec" / "zoom").mkdir(parents=True)
    monkeypatch.setattr(paths, "get_bundle_dir", lambda: root)
    monkeypatch.setenv("ZOOM_COMPONENT_CACHE", str(tmp_path / "cache"))
    return root


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list with an entry for each compilation of this process."""
    log: list[str] = []
    compile_specs = catalogue.compile_specs

    def count(files: list[paths.SpecFileInfo], fingerprint: str) -> cache.CompiledSpecs:
        log.append(fingerprint)
        return compile_specs(files, fingerprint)

    monkeypatch.setattr(catalogue, "compile_specs", count)
    return log


def load_label() -> str:
    return Catalogue().action("doThing").label


def find_cache_folder() -> Path:
    (folder,) = paths.get_cache_dir().glob("specs-*")
    return folder


def start_process(bundle: Path, log: Path, seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROCESS, str(bundle), str(log), str(seconds)])


def test_one_of_several_processes_compiles_and_the_others_wait(bundle: Path, tmp_path: Path) -> None:
    processes = [start_process(bundle, tmp_path / "log", 0.5) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert (tmp_path / "log").read_text() == "compiled\n"


def test_a_process_that_dies_while_it_compiles_stops_no_other(bundle: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with start_process(bundle, log, 60) as process:
        while not log.exists() or not log.read_bytes():
            assert process.poll() is None
        (find_cache_folder() / ".half.tmp").write_text("{")
        process.kill()
    assert load_label() == "Do Thing"
    assert sorted(path.suffix for path in find_cache_folder().iterdir()) == ["", ".json", ".json"]


def test_a_process_that_has_stopped_does_not_stop_the_others(
    bundle: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_LOCK_TIMEOUT", 0.05)
    with cache._lock_folder(paths.get_cache_dir() / catalogue.Catalogue()._find_cache_folder().name):  # type: ignore[union-attr]
        assert [load_label(), load_label()] == ["Do Thing"] * 2
    assert len(compilations) == 1


@pytest.mark.parametrize("is_shared", [True, False], ids=["one catalogue", "a catalogue for each"])
@pytest.mark.parametrize("is_writable", [True, False], ids=["cached", "in memory"])
def test_twenty_threads_compile_once(
    bundle: Path, compilations: list[str], tmp_path: Path, is_shared: bool, is_writable: bool
) -> None:
    if not is_writable:
        (tmp_path / "cache").write_text("a file in place of the folder")
    barrier, shared = Barrier(20), Catalogue()

    def load(_: int) -> str:
        barrier.wait()
        return (shared if is_shared else Catalogue()).action("doThing").label

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(load, range(20))) == ["Do Thing"] * 20
    assert len(compilations) == 1


def test_a_child_compiles_although_a_thread_held_the_lock_when_it_was_forked(bundle: Path) -> None:
    with cache._memory.lock:
        if (child := os.fork()) == 0:
            os._exit(0 if load_label() == "Do Thing" else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_full_disk_leaves_no_file_and_costs_one_compilation(bundle: Path, compilations: list[str]) -> None:
    with limit_file_size(100):
        assert [load_label(), load_label()] == ["Do Thing"] * 2
    assert len(compilations) == 1
    assert [path.name for path in find_cache_folder().iterdir()] == [".lock"]


def test_a_user_without_a_home_folder_compiles_once_a_process(
    bundle: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    def find_nobody(user: int) -> None:
        raise KeyError(user)

    for name in ("HOME", "XDG_CACHE_HOME", "ZOOM_COMPONENT_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", find_nobody)
    assert [load_label(), load_label()] == ["Do Thing"] * 2
    assert len(compilations) == 1


def forge_label(folder: Path) -> Path:
    """Write another label into the compiled action, and return its file."""
    path = folder / "actions-doThing.json"
    content = path.read_bytes().partition(b"\n")[2].replace(b"Do Thing", b"Forged")
    fingerprint = json.loads((folder / "index.json").read_bytes().partition(b"\n")[2])["fingerprint"]
    path.write_bytes(make_stamp(fingerprint, content) + content)
    return path


def test_a_file_of_the_user_alone_is_believed(bundle: Path) -> None:
    """Check that the tests below would notice a forged file that is believed."""
    load_label()
    forge_label(find_cache_folder())
    assert load_label() == "Forged"


@pytest.mark.parametrize("what", ["file", "folder", "parent"])
@pytest.mark.parametrize("mode", [0o020, 0o002], ids=["group", "others"])
def test_what_another_user_can_write_is_not_believed(
    bundle: Path, compilations: list[str], what: str, mode: int
) -> None:
    load_label()
    path = forge_label(find_cache_folder())
    writable = {"file": path, "folder": path.parent, "parent": path.parents[1]}[what]
    writable.chmod(writable.stat().st_mode | mode)
    assert load_label() == "Do Thing"
    assert len(compilations) == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("what", ["file", "folder", "parent"])
def test_what_another_user_owns_is_not_believed_by_root_either(
    bundle: Path, compilations: list[str], what: str
) -> None:
    load_label()
    path = forge_label(find_cache_folder())
    os.chown({"file": path, "folder": path.parent, "parent": path.parents[1]}[what], 12345, 12345)
    assert load_label() == "Do Thing"
    assert len(compilations) == 2


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_link_is_not_followed(bundle: Path, tmp_path: Path, what: str) -> None:
    load_label()
    path = forge_label(find_cache_folder())
    linked = path if what == "file" else path.parent
    linked.rename(tmp_path / "elsewhere")
    linked.symlink_to(tmp_path / "elsewhere")
    assert load_label() == "Do Thing"
    assert linked.is_symlink() is (what == "folder")


def test_a_folder_of_the_cache_is_for_its_user_alone(bundle: Path) -> None:
    umask = os.umask(0)
    try:
        load_label()
    finally:
        os.umask(umask)
    folder = find_cache_folder()
    assert [path.stat().st_mode & 0o777 for path in (folder.parent, folder)] == [0o700] * 2
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["index.json", "actions-doThing.json"])
@pytest.mark.parametrize("position", [0, 0.5, 1])
@pytest.mark.parametrize("is_torn", [True, False], ids=["torn", "changed"])
def test_damage_anywhere_is_repaired_silently(
    bundle: Path, compilations: list[str], name: str, position: float, is_torn: bool
) -> None:
    load_label()
    path = find_cache_folder() / name
    content = bytearray(path.read_bytes())
    at = int((len(content) - 1) * position)
    if is_torn:
        del content[at:]
    else:
        content[at] ^= 1
    path.write_bytes(content)
    assert [load_label(), load_label()] == ["Do Thing"] * 2
    assert len(compilations) == 2


def test_a_change_that_keeps_size_and_time_is_noticed(bundle: Path) -> None:
    load_label()
    path = bundle / "actions" / "things" / "doThing.yaml"
    status = path.stat()
    path.write_text(path.read_text().replace("Do Thing", "Do Other"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert load_label() == "Do Other"


def test_files_of_another_compilation_are_not_mixed_in(bundle: Path, compilations: list[str]) -> None:
    load_label()
    index = (find_cache_folder() / "index.json").read_bytes()
    path = bundle / "actions" / "things" / "doThing.yaml"
    path.write_text(path.read_text().replace("Do Thing", "Do More"))
    begun = Catalogue()
    begun.listing()
    begun._specs.clear()
    path.write_text(path.read_text().replace("Do More", "Do Most"))
    assert load_label() == "Do Most"
    assert (find_cache_folder() / "index.json").read_bytes() != index
    assert begun.action("doThing").label == "Do Most"
    assert len(compilations) == 4
