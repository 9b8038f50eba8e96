"""Write the pages and schemas that are generated from the specs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from zoom_component import paths
from zoom_component.cli.arguments import build_file_error
from zoom_component.cli.console import Console, format_count, quote
from zoom_component.cli.parser import add_json_option
from zoom_component.errors import InputError, Problem

DESCRIPTION = "Write the pages that are generated from the specs; with --check, only list those that are out of date."
EXAMPLES = ("zoom-component spec docs", "zoom-component spec docs --check")
STALE_EXIT_CODE = 1


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="write nothing; the exit code is 1 if a page is out of date"
    )
    parser.add_argument(
        "--in",
        dest="folder",
        metavar="FOLDER",
        help="write below this folder (default: the checkout, or the current folder)",
    )
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    from zoom_component.events.listeners import schema as listeners
    from zoom_component.testing import schema as specs
    from zoom_component.tools.export.docs import write_pages
    from zoom_sandbox.coverage import published_events, stateful_operations

    root = _choose_folder(args)
    try:
        schemas = {**specs.build_schemas(), **listeners.build_schemas()}
        pages = write_pages(root, args.check, schemas, stateful_operations(), published_events())
    except OSError as error:
        raise build_file_error("--in", str(error.filename or root), "written", error) from None
    if console.as_json:
        console.print_json(pages)
    else:
        for page in pages:
            console.print(page)
    console.report(_summarize(len(pages), is_check=args.check))
    return STALE_EXIT_CODE if pages and args.check else 0


def _choose_folder(args: Namespace) -> Path:
    if args.folder is None:
        bundle = paths.get_bundle_dir()
        return bundle if (bundle / "pyproject.toml").is_file() else Path()
    if not Path(args.folder).is_dir():
        raise InputError([Problem("--in", f"{quote(args.folder)} is not a folder; create it first")])
    return Path(args.folder)


def _summarize(count: int, *, is_check: bool) -> str:
    if not count:
        return "Every page is up to date."
    pages = format_count(count, "page")
    return f"{pages} out of date; `zoom-component spec docs` updates them." if is_check else f"Wrote {pages}."
