"""`docs`: the pages and schemas that are made from the specs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from zoom_component import paths
from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option
from zoom_component.errors import InputError, Problem

DESCRIPTION = "Writes the pages that are made from the specs; with --check, only tells which are not as they should be."
EXAMPLES = ("zoom-component docs", "zoom-component docs --check")
STALE_EXIT_CODE = 1


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; the exit code is 1 when a page is stale")
    parser.add_argument("--in", dest="folder", metavar="FOLDER", help="where to write (the checkout, or this folder)")
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    from zoom_component.events.listeners import schema as listeners
    from zoom_component.testing import schema as specs
    from zoom_component.tools.export.docs import write_pages
    from zoom_sandbox.coverage import published_events, stateful_operations

    root = _choose_folder(args)
    try:
        further = {**specs.build_schemas(), **listeners.build_schemas()}
        paths = write_pages(root, args.check, further, stateful_operations(), published_events())
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        raise InputError([Problem("--in", f"{error.filename or root} cannot be written: {reason}")]) from None
    if screen.as_json:
        screen.print_json(paths)
    else:
        for path in paths:
            screen.print(path)
    screen.report(_summarize(len(paths), checking=args.check))
    return STALE_EXIT_CODE if paths and args.check else 0


def _choose_folder(args: Namespace) -> Path:
    if args.folder is None:
        bundle = paths.get_bundle_dir()
        return bundle if (bundle / "pyproject.toml").is_file() else Path()
    if not Path(args.folder).is_dir():
        raise InputError([Problem("--in", f"{args.folder!r} is no folder; make it first")])
    return Path(args.folder)


def _summarize(count: int, *, checking: bool) -> str:
    if not count:
        return "Every page is as the specs say."
    pages = "1 page" if count == 1 else f"{count} pages"
    return f"{pages} not as the specs say; `zoom-component docs` writes them." if checking else f"{pages} written."
