"""Create the environments of the peers on demand, from pinned versions, in the user's cache.

An environment is named after a hash of its pins, so that changed pins make a new one and nothing else does.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import platformdirs

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements"
_NODE_FILES = ("package.json", "package-lock.json")
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_SCRIPT = "import sys\n\nfrom zoom_component.cli.main import main\n\nsys.exit(main())\n"


class PeerUnavailable(Exception):
    """Report that a peer cannot be measured; the message is the reason."""


def parse_pins(text: str) -> dict[str, str]:
    """Return the exact versions of a file of requirements, by the name of the package."""
    return dict(_PIN.findall(text))


def hash_pins(name: str, *texts: str) -> str:
    """Return a short name for an environment: it changes with the pins and with the release of Python."""
    release = ".".join(map(str, sys.version_info[:3]))
    return f"{name}-{hashlib.sha256(chr(0).join((release, *texts)).encode()).hexdigest()[:12]}"


def find_cache() -> Path:
    """Return the folder of all environments of the bench."""
    return platformdirs.user_cache_path("zoom-component", appauthor=False) / "bench"


def read_version(peer: str) -> str:
    """Return the pinned version of a Python peer, for the table."""
    return parse_pins((REQUIREMENTS / f"{peer}.txt").read_text(encoding="utf-8"))[peer]


def prepare_python(peer: str) -> Path:
    """Return the interpreter of a peer's environment. Raise PeerUnavailable when it cannot be installed."""
    pins = REQUIREMENTS / f"{peer}.txt"
    folder = find_cache() / hash_pins(peer, pins.read_text(encoding="utf-8"))
    return _create_python(folder, ["--require-hashes", "--requirement", str(pins)])


def prepare_project(root: Path) -> Path:
    """Return an interpreter with the dependencies of the checkout, at its locked versions, but not the checkout.

    Processes find the checkout itself by PYTHONPATH, so that one environment serves every commit with the same pins.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    names = [*project["dependencies"], *extras["postgres"], *extras["mcp"], *extras.get("aio", ())]
    pins = parse_pins((root / "requirements.lock").read_text(encoding="utf-8"))
    constraints = "".join(f"{name}=={version}\n" for name, version in sorted(pins.items()))
    folder = find_cache() / hash_pins("zoom-component", *names, constraints)
    folder.parent.mkdir(parents=True, exist_ok=True)
    file = folder.with_suffix(".txt")
    file.write_text(constraints, encoding="utf-8")
    python = _create_python(folder, ["--constraint", str(file), *names])
    (folder / "zoom-component.py").write_text(_SCRIPT, encoding="utf-8")
    return python


def unpack_wheel(root: Path, folder: Path) -> Path:
    """Build the wheel of a checkout, and return a folder with its packages as an installation has them."""
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], root)
    packages = folder / "packages"
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(packages)
    _run([sys.executable, "-m", "compileall", "-q", str(packages)])
    return packages


def prepare_node() -> Path:
    """Return the folder in which Node finds Rivet. Raise PeerUnavailable without Node, or when npm fails."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise PeerUnavailable("Node or npm is not installed")
    texts = [(HERE / "rivet" / name).read_text(encoding="utf-8") for name in _NODE_FILES]
    folder = find_cache() / hash_pins("rivet", *texts)
    if not folder.is_dir():
        new = _clear(folder)
        new.mkdir(parents=True)
        for name in _NODE_FILES:
            shutil.copy(HERE / "rivet" / name, new)
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(new)])
        new.rename(folder)
    return folder


def _create_python(folder: Path, requirements: list[str]) -> Path:
    """Create the environment in one step: a run that was cut off leaves nothing that looks complete."""
    python = Path("bin", "python")
    if not folder.is_dir():
        new = _clear(folder)
        _run([sys.executable, "-m", "venv", "--without-pip", str(new)])
        pip = [sys.executable, "-m", "pip", "--python", str(new / python), "install", "--quiet"]
        _run([*pip, "--disable-pip-version-check", *requirements])
        new.rename(folder)
    return folder / python


def _clear(folder: Path) -> Path:
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    return new


def _run(command: list[str], folder: Path | None = None) -> None:
    completed = subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if completed.returncode:
        lines = [line for line in completed.stderr.splitlines() if line.strip() and not line.startswith("WARNING")]
        raise PeerUnavailable(f"{Path(command[0]).name} failed: {lines[-1][:120] if lines else 'no reason'}")
