"""`check`: every fault of every spec file at once, as `path:line:col: message`."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zoom_component import paths
from zoom_component.cli.console import Console
from zoom_component.cli.options import SPEC_FOLDER_NAMES, add_json_option, add_specs_option, find_spec_folders
from zoom_component.errors import InputError, Problem, SpecError
from zoom_component.spec.builder import build_specs
from zoom_component.spec.diagnostics import Diagnostic
from zoom_component.spec.spec_files import SpecFileInfo, describe_single_file, find_spec_files

DESCRIPTION = (
    "Checks spec files and tells every fault of every file at once, as path:line:col. Without a PATH: the packaged "
    "files, and those of the current folder where it holds actions/, triggers/, sources/ or connections/."
)
EXAMPLES = ("zoom-component check", "zoom-component check actions/meetings", "zoom-component check my-specs --json")


def options(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a folder of specs, or one YAML file")
    add_specs_option(parser)
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    packaged, further = paths.get_bundle_dir(), find_spec_folders(args)
    if args.paths:
        asked = [Path(name) for name in args.paths]
        sources = _collect_sources([packaged, *further, *(_find_root(path) for path in asked)], asked)
    else:
        asked = [packaged, *further, *([Path()] if _holds_specs(Path()) else [])]
        sources = _collect_sources(asked, [])
    within = [path.resolve() for path in asked]
    files = [source for source in sources if _is_within(source.path, within)]
    faults = [fault for fault in build_specs(sources).diagnostics if _is_within(Path(fault.path), within)]
    _print_problems(faults, len(files), screen)
    return SpecError.exit_code if faults else 0


def _collect_sources(tops: Sequence[Path | None], asked: Sequence[Path]) -> list[SpecFileInfo]:
    """Every file below the roots once: a file is checked together with what it shares and what its key may clash with.

    A file that lies below no root stands alone.
    """
    found: dict[Path, SpecFileInfo] = {}
    for top in dict.fromkeys(top.resolve() for top in tops if top is not None):
        for source in find_spec_files(top):
            found.setdefault(source.path, source)
    for path in asked:
        if path.is_file() and path.resolve() not in found:
            found[path.resolve()] = describe_single_file(path.resolve())
    return list(found.values())


def _find_root(path: Path) -> Path | None:
    """The folder that holds the folder of specs that a path is or lies in; None for a lone file."""
    if not path.exists():
        raise InputError([Problem("PATH", f"there is nothing at {str(path)!r}")])
    if path.is_file() and path.suffix not in (".yaml", ".yml"):
        raise InputError([Problem("PATH", f"came {str(path)!r}; accepted: a folder, or a file that ends in .yaml")])
    whole = path.resolve()
    if whole.is_dir() and _holds_specs(whole):
        return whole
    above = [folder for folder in (whole, *whole.parents) if folder.name in SPEC_FOLDER_NAMES]
    if above:
        return above[-1].parent
    if whole.is_dir():
        raise InputError([Problem("PATH", f"{str(path)!r} holds none of {', '.join(SPEC_FOLDER_NAMES)}")])
    return None


def _holds_specs(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in SPEC_FOLDER_NAMES)


def _is_within(path: Path, within: Sequence[Path]) -> bool:
    return any(path == top or top in path.parents for top in within)


def _print_problems(faults: Sequence[Diagnostic], files: int, screen: Console) -> None:
    if screen.as_json:
        screen.print_json([_serialize_problem(fault) for fault in faults])
    else:
        for fault in faults:
            screen.print(f"{_relative_path(fault.path)}:{fault.line}:{fault.column}: {fault.message}")
    count = {0: "no faults", 1: "1 fault"}.get(len(faults), f"{len(faults)} faults")
    screen.report(f"{count} in {files} {'file' if files == 1 else 'files'}")


def _serialize_problem(fault: Diagnostic) -> dict[str, Any]:
    return {"path": _relative_path(fault.path), "line": fault.line, "column": fault.column, "message": fault.message}


def _relative_path(path: str) -> str:
    """The path from the current folder, where it lies below it."""
    near = os.path.relpath(path)
    return path if near.startswith(os.pardir) else near
