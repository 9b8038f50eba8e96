"""`docs`: the pages and schemas that are made from the specs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from zoom_component import places
from zoom_component.cli.options import add_json
from zoom_component.cli.screen import Screen
from zoom_component.errors import InputError, Problem

DESCRIPTION = "Writes the pages that are made from the specs; with --check, only tells which are not as they should be."
EXAMPLES = ("zoom-component docs", "zoom-component docs --check")
STALE = 1


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; the exit code is 1 when a page is stale")
    parser.add_argument("--in", dest="folder", metavar="FOLDER", help="where to write (the checkout, or this folder)")
    add_json(parser)


def command(args: Namespace, screen: Screen) -> int:
    from zoom_component.events.listeners import schema as listeners
    from zoom_component.testing import schema as specs
    from zoom_component.tools.export.docs import write
    from zoom_sandbox.coverage import announced, stateful

    root = _root(args)
    try:
        further = {**specs.schemas(), **listeners.schemas()}
        paths = write(root, args.check, further, stateful(), announced())
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        raise InputError([Problem("--in", f"{error.filename or root} cannot be written: {reason}")]) from None
    if screen.as_json:
        screen.json(paths)
    else:
        for path in paths:
            screen.text(path)
    screen.say(_words(len(paths), checking=args.check))
    return STALE if paths and args.check else 0


def _root(args: Namespace) -> Path:
    if args.folder is None:
        bundle = places.bundle()
        return bundle if (bundle / "pyproject.toml").is_file() else Path()
    if not Path(args.folder).is_dir():
        raise InputError([Problem("--in", f"{args.folder!r} is no folder; make it first")])
    return Path(args.folder)


def _words(count: int, *, checking: bool) -> str:
    if not count:
        return "Every page is as the specs say."
    pages = "1 page" if count == 1 else f"{count} pages"
    return f"{pages} not as the specs say; `zoom-component docs` writes them." if checking else f"{pages} written."
