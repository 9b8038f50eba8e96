"""Run examples and test specs against the sandbox, an address or a recording."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zoom_component.cli import arguments
from zoom_component.cli.arguments import SPEC_FOLDER_NAMES, find_spec_folders
from zoom_component.cli.console import Console, format_count, quote
from zoom_component.cli.parser import (
    add_connection_options,
    add_json_option,
    add_retry_options,
    add_specs_option,
    integer_between,
)
from zoom_component.errors import InputError, Problem, SpecError

if TYPE_CHECKING:
    from zoom_component.component import Component
    from zoom_component.testing.backends import SpecBackend
    from zoom_component.testing.recording import RecordingWriter
    from zoom_component.testing.results import SpecResult

DESCRIPTION = (
    "Run the examples of actions and the test specs (*.test.yaml) below each PATH, each against a sandbox of its own. "
    "Without a PATH: every example, and the test specs below the current folder. The exit code is 1 if a test fails, 2 "
    "if a test spec is invalid."
)
EXAMPLES = (
    "zoom-component test",
    "zoom-component test tests -k meeting -x",
    "zoom-component test tests --junit results.xml --parallel 4 --seed 7",
    "zoom-component test tests --base-url http://127.0.0.1:8087/v2 --record zoom.yaml",
    "zoom-component test tests --from-recording zoom.yaml",
)
FAILED_EXIT_CODE, INVALID_SPEC_EXIT_CODE = 1, 2


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a folder, a test spec, or the file of an action")
    parser.add_argument("-k", dest="word", default="", metavar="WORD", help="run only tests with this text in the name")
    parser.add_argument("-x", dest="first", action="store_true", help="stop at the first failure")
    parser.add_argument(
        "--parallel",
        type=integer_between(1, 64),
        default=1,
        metavar="N",
        help="run this many tests at a time (default: 1)",
    )
    parser.add_argument(
        "--seed", type=integer_between(0, 999_999_999), metavar="N", help="shuffle the tests with this seed"
    )
    parser.add_argument("--junit", metavar="FILE", help="also write the results as JUnit XML")
    parser.add_argument(
        "--record", metavar="FILE", help="write the exchanges of the test specs to a file, without secrets"
    )
    parser.add_argument("--from-recording", metavar="FILE", help="answer from a recording; nothing is sent")
    add_retry_options(parser)
    add_specs_option(parser)
    add_json_option(parser)
    add_connection_options(parser)


def run(args: Namespace, console: Console) -> int:
    from zoom_component.testing.suite import filter_cases, find_cases, run_cases, shuffle_cases

    arguments.mask_known_secrets(console, args.token, args.client_secret)
    component, folders = _load_component(args)
    try:
        cases = find_cases(component, [Path(name) for name in args.paths], folders)
    except SpecError as error:
        for diagnostic in error.diagnostics:
            console.report(diagnostic)
        console.report(f"{format_count(len(error.diagnostics), 'problem')}; nothing was run")
        if console.as_json:
            console.print_json({"error": error.as_json()})
        return INVALID_SPEC_EXIT_CODE
    selected = filter_cases(cases, args.word)
    if cases and not selected:
        raise InputError([Problem("-k", f"none of the {len(cases):,} tests has {quote(args.word)} in its name")])
    backend, writer = _choose_stage(args, component, console)
    results = []
    for result in run_cases(shuffle_cases(selected, args.seed), backend, workers=args.parallel, fail_fast=args.first):
        results.append(result)
        _print_outcome(result, console)
    _write_reports(args, results, writer, console)
    return FAILED_EXIT_CODE if any(result.status == "failed" for result in results) else 0


def _load_component(args: Namespace) -> tuple[Component, list[Path]]:
    """Return the component with the spec folders of options and paths, and those folders."""
    from zoom_component import paths
    from zoom_component.component import Component

    folders = find_spec_folders(args)
    for path in [Path(name) for name in args.paths] or [Path()]:
        has_specs = any((path / folder).is_dir() for folder in SPEC_FOLDER_NAMES)
        known_folders = [folder.resolve() for folder in (paths.get_bundle_dir(), *folders)]
        if has_specs and path.resolve() not in known_folders:
            folders.append(path)
    return Component.load(*folders), folders


def _choose_stage(
    args: Namespace, component: Component, console: Console
) -> tuple[SpecBackend, RecordingWriter | None]:
    from zoom_component.testing.backends import ConnectionBackend, SandboxBackend
    from zoom_component.testing.recording import RecordingWriter, Replay
    from zoom_component.testing.recording_backends import RecordingBackend, ReplayBackend

    if args.from_recording is not None:
        if args.record is not None:
            raise InputError([Problem("--record", "cannot be combined with --from-recording: nothing is sent")])
        try:
            return ReplayBackend(component, Replay.from_file(Path(args.from_recording))), None
        except OSError as error:
            raise arguments.build_file_error("--from-recording", args.from_recording, "read", error) from None
    connection_options = (args.base_url, args.connection, args.token, args.client_id, args.env_file)
    backend: SpecBackend
    if any(flag is not None for flag in connection_options):
        connection = arguments.resolve_connection(args, component, console)
        backend = ConnectionBackend(component, connection, options=arguments.build_session_options(args))
    else:
        backend = SandboxBackend(component)
    if args.record is None:
        return backend, None
    writer = RecordingWriter(Path(args.record))
    if isinstance(backend, ConnectionBackend):
        writer.add_exchanges((), secrets=connection.get_secrets())
    return RecordingBackend(backend, writer), writer


def _print_outcome(result: SpecResult, console: Console) -> None:
    from zoom_component.testing.reports import format_result

    if not console.as_json:
        for line in format_result(result):
            console.print_now(line)


def _write_reports(
    args: Namespace, results: Sequence[SpecResult], writer: RecordingWriter | None, console: Console
) -> None:
    from zoom_component.testing.reports import format_junit, format_summary

    if console.as_json:
        console.print_json([result.as_json() for result in results])
    if writer is not None:
        try:
            writer.write()
        except OSError as error:
            raise arguments.build_file_error("--record", args.record, "written", error) from None
    if args.junit is not None:
        try:
            Path(args.junit).write_text(console.mask_secrets(format_junit(results)), encoding="utf-8")
        except OSError as error:
            raise arguments.build_file_error("--junit", args.junit, "written", error) from None
    console.report(format_summary(results))
