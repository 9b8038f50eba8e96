"""`test`: examples and test specs, run against the embedded Zoom, an address or a recording."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.options import SPEC_FOLDER_NAMES, add_json_option, add_specs_option, find_spec_folders
from zoom_component.errors import InputError, Problem, SpecError

if TYPE_CHECKING:
    from zoom_component.component import Component
    from zoom_component.testing.backends import SpecBackend
    from zoom_component.testing.recording import RecordingWriter
    from zoom_component.testing.results import SpecResult

DESCRIPTION = (
    "Runs the examples of actions and the test specs (*.test.yaml) below each PATH, against an embedded Zoom of their "
    "own. Without a PATH: every example, and the test specs below the current folder. The exit code is 1 when one "
    "failed, 2 when a test spec is faulty."
)
EXAMPLES = (
    "zoom-component test",
    "zoom-component test tests -k meeting -x",
    "zoom-component test tests --junit results.xml --parallel 4 --seed 7",
    "zoom-component test tests --base-url http://127.0.0.1:8087/v2 --record zoom.yaml",
    "zoom-component test tests --replay zoom.yaml",
)
FAILED_EXIT_CODE, INVALID_SPEC_EXIT_CODE = 1, 2


def options(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a folder, a test spec, or an action's file")
    parser.add_argument("-k", dest="word", default="", metavar="WORD", help="only what has the word in its name")
    parser.add_argument("-x", dest="first", action="store_true", help="end with the first failure")
    parser.add_argument(
        "--parallel", type=arguments.integer_between(1, 64), default=1, metavar="N", help="so many at a time (1)"
    )
    parser.add_argument(
        "--seed", type=arguments.integer_between(0, 999_999_999), metavar="N", help="in an order that N makes"
    )
    parser.add_argument("--junit", metavar="FILE", help="write the outcomes as JUnit's XML, too")
    parser.add_argument("--record", metavar="FILE", help="keep what the test specs exchange, secrets replaced")
    parser.add_argument("--replay", metavar="FILE", help="answer from what was recorded; nothing is sent")
    arguments.add_retry_options(parser)
    add_specs_option(parser)
    add_json_option(parser)
    arguments.add_connection_options(parser)


def command(args: Namespace, screen: Console) -> int:
    from zoom_component.testing.suite import filter_cases, find_cases, run_cases, shuffle_cases

    arguments.mask_known_secrets(screen, args.token, args.client_secret)
    component, further = _load_component(args)
    try:
        cases = find_cases(component, [Path(name) for name in args.paths], further)
    except SpecError as error:
        for fault in error.diagnostics:
            screen.report(fault)
        count = "1 fault" if len(error.diagnostics) == 1 else f"{len(error.diagnostics)} faults"
        screen.report(f"{count}; nothing was run")
        if screen.as_json:
            screen.print_json({"error": error.as_json()})
        return INVALID_SPEC_EXIT_CODE
    wanted = filter_cases(cases, args.word)
    if cases and not wanted:
        raise InputError([Problem("-k", f"none of the {len(cases):,} that there are has {args.word!r} in its name")])
    stage, recording = _choose_stage(args, component, screen)
    outcomes = []
    for outcome in run_cases(shuffle_cases(wanted, args.seed), stage, workers=args.parallel, fail_fast=args.first):
        outcomes.append(outcome)
        _print_outcome(outcome, screen)
    _write_reports(args, outcomes, recording, screen)
    return FAILED_EXIT_CODE if any(outcome.status == "failed" for outcome in outcomes) else 0


def _load_component(args: Namespace) -> tuple[Component, list[Path]]:
    """The component with the further folders that were named, and those that the paths are."""
    from zoom_component import paths
    from zoom_component.component import Component

    further = find_spec_folders(args)
    for path in [Path(name) for name in args.paths] or [Path()]:
        holds = any((path / folder).is_dir() for folder in SPEC_FOLDER_NAMES)
        known = [folder.resolve() for folder in (paths.get_bundle_dir(), *further)]
        if holds and path.resolve() not in known:
            further.append(path)
    return Component.load(*further), further


def _choose_stage(args: Namespace, component: Component, screen: Console) -> tuple[SpecBackend, RecordingWriter | None]:
    from zoom_component.testing.backends import ConnectionBackend, SandboxBackend
    from zoom_component.testing.recording import RecordingWriter, Replay
    from zoom_component.testing.recording_backends import RecordingBackend, ReplayBackend

    if args.replay is not None:
        if args.record is not None:
            raise InputError([Problem("--record", "a replay has nothing to record; give one of the two")])
        try:
            return ReplayBackend(component, Replay.from_file(Path(args.replay))), None
        except OSError as error:
            raise _file_error("--replay", args.replay, "read", error) from None
    flags = (args.base_url, args.connection, args.token, args.client_id)
    stage: SpecBackend
    if any(flag is not None for flag in flags):
        connection = arguments.resolve_connection(args, component, screen)
        stage = ConnectionBackend(component, connection, options=arguments.build_session_options(args))
    else:
        stage = SandboxBackend(component)
    if args.record is None:
        return stage, None
    recording = RecordingWriter(Path(args.record))
    return RecordingBackend(stage, recording), recording


def _print_outcome(outcome: SpecResult, screen: Console) -> None:
    from zoom_component.testing.reports import format_result

    if not screen.as_json:
        for line in format_result(outcome):
            screen.print_now(line)


def _write_reports(
    args: Namespace, outcomes: Sequence[SpecResult], recording: RecordingWriter | None, screen: Console
) -> None:
    from zoom_component.testing.reports import format_junit, format_summary

    if screen.as_json:
        screen.print_json([outcome.as_json() for outcome in outcomes])
    if recording is not None:
        try:
            recording.write()
        except OSError as error:
            raise _file_error("--record", args.record, "written", error) from None
    if args.junit is not None:
        try:
            Path(args.junit).write_text(format_junit(outcomes), encoding="utf-8")
        except OSError as error:
            raise _file_error("--junit", args.junit, "written", error) from None
    screen.report(format_summary(outcomes))


def _file_error(option: str, name: str, what: str, error: OSError) -> InputError:
    reason = (error.strerror or os.strerror(0)).lower()
    return InputError([Problem(option, f"{name!r} cannot be {what}: {reason}")])
