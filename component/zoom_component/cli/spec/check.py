"""Check spec files and report every problem as `path:line:column: message`."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zoom_component import paths
from zoom_component.cli.arguments import SPEC_FOLDER_NAMES, find_spec_folders
from zoom_component.cli.console import Console, format_count, quote
from zoom_component.cli.parser import add_json_option, add_specs_option
from zoom_component.errors import InputError, Problem, SpecError
from zoom_component.paths import SpecFileInfo, describe_single_file, find_spec_files
from zoom_component.spec.builder import build_specs
from zoom_component.spec.diagnostics import Diagnostic, join_choices

DESCRIPTION = (
    "Check spec files and report every problem of every file as path:line:column. Without a PATH: the packaged files, "
    "and those of the current folder if it has actions/, triggers/, sources/ or connections/."
)
EXAMPLES = (
    "zoom-component spec check",
    "zoom-component spec check actions/meetings",
    "zoom-component spec check my-specs --json",
)
_FOLDERS = join_choices(f"{name}/" for name in SPEC_FOLDER_NAMES)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="check a folder of specs, or one YAML or JSON file")
    add_specs_option(parser)
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    packaged, further = paths.get_bundle_dir(), find_spec_folders(args)
    if args.paths:
        targets = [Path(name) for name in args.paths]
        all_files = _collect_files([packaged, *further, *(_find_root(path) for path in targets)], targets)
    else:
        targets = [packaged, *further, *([Path()] if _has_specs(Path()) else [])]
        all_files = _collect_files(targets, [])
    within = [path.resolve() for path in targets]
    checked = [file for file in all_files if _is_within(file.path, within)]
    _require_files([Path(name) for name in args.paths] or further, checked)
    problems = [problem for problem in build_specs(all_files).diagnostics if _is_within(Path(problem.path), within)]
    _print_problems(problems, len(checked), console)
    return SpecError.exit_code if problems else 0


def _collect_files(roots: Sequence[Path | None], paths: Sequence[Path]) -> list[SpecFileInfo]:
    """Return every file below `roots` once, and single files of `paths` that are not below them.

    A file is checked together with the files whose shared inputs it uses and whose keys may clash with its own.
    """
    files_by_path: dict[Path, SpecFileInfo] = {}
    for root in dict.fromkeys(root.resolve() for root in roots if root is not None):
        for file in find_spec_files(root):
            files_by_path.setdefault(file.path, file)
    for path in paths:
        if path.is_file() and path.resolve() not in files_by_path:
            files_by_path[path.resolve()] = describe_single_file(path.resolve())
    return list(files_by_path.values())


def _find_root(path: Path) -> Path | None:
    """Return the folder that contains the spec folder of a path; None for a single file."""
    if not path.exists():
        raise InputError([Problem("PATH", f"expected an existing path, got {quote(str(path))}")])
    if path.is_file() and path.suffix not in paths.SPEC_SUFFIXES:
        raise InputError([Problem("PATH", f"expected a folder or a .yaml or .json file, got {quote(str(path))}")])
    resolved = path.resolve()
    if resolved.is_dir() and _has_specs(resolved):
        return resolved
    spec_folders = [folder for folder in (resolved, *resolved.parents) if folder.name in SPEC_FOLDER_NAMES]
    if spec_folders:
        return spec_folders[-1].parent
    if resolved.is_dir():
        raise InputError(
            [Problem("PATH", f"found no spec file in {quote(str(path))}; expected a folder with one of {_FOLDERS}")]
        )
    return None


def _require_files(targets: Sequence[Path], files: Sequence[SpecFileInfo]) -> None:
    """Raise InputError for each path without a spec file: a wrong path must not look like success."""
    empty = [path for path in targets if not any(_is_within(file.path, [path.resolve()]) for file in files)]
    expected = f"expected .yaml or .json files in {_FOLDERS}"
    if empty:
        raise InputError([Problem("PATH", f"found no spec file in {quote(str(path))}; {expected}") for path in empty])


def _has_specs(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in SPEC_FOLDER_NAMES)


def _is_within(path: Path, within: Sequence[Path]) -> bool:
    return any(path == root or root in path.parents for root in within)


def _print_problems(problems: Sequence[Diagnostic], files: int, console: Console) -> None:
    if console.as_json:
        console.print_json([_serialize_problem(problem) for problem in problems])
    else:
        for problem in problems:
            console.print(f"{_relative_path(problem.path)}:{problem.line}:{problem.column}: {problem.message}")
    count = format_count(len(problems), "problem") if problems else "No problems"
    console.report(f"{count} in {format_count(files, 'file')}.")


def _serialize_problem(problem: Diagnostic) -> dict[str, Any]:
    return {
        "path": _relative_path(problem.path),
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
    }


def _relative_path(path: str) -> str:
    """Return the path relative to the current folder if it is below it."""
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative
