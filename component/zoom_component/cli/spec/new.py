"""Write the first file of an action, from the facts about its operation."""

from __future__ import annotations

import difflib
import re
from argparse import ArgumentParser, Namespace
from pathlib import Path

from zoom_component import paths
from zoom_component.cli.arguments import build_file_error, find_spec_folders
from zoom_component.cli.console import Console, quote
from zoom_component.cli.parser import add_json_option, add_specs_option
from zoom_component.errors import InputError, Problem
from zoom_component.spec.action_draft import KEY_PATTERN, draft_action, draft_json_action
from zoom_component.spec.catalogue import Catalogue
from zoom_facts import Operation, find_operation, iter_operations

DESCRIPTION = (
    "Write actions/<resource>/<KEY>.yaml, which passes `spec check`. With an operation of Zoom's API, its path, query, "
    "body and pages are filled in; without one, the file is minimal."
)
EXAMPLES = (
    "zoom-component spec new action getPastMeeting --operation pastMeetingDetails",
    "zoom-component spec new action deleteMeeting --method DELETE --path '/meetings/{meetingId}' --resource meetings",
    "zoom-component spec new action myAction --in my-specs --format json",
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PATH = re.compile(r"(?:/(?:[A-Za-z0-9_.~-]|\{[A-Za-z][A-Za-z0-9_]*\})+)+\Z")
_RESOURCE = re.compile(r"[a-z][A-Za-z0-9]*\Z")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=("action",), help="the kind of file to write")
    parser.add_argument("key", metavar="KEY", help="the key of the new action, such as getPastMeeting")
    parser.add_argument("--resource", metavar="R", help="the folder below actions/ (default: that of the operation)")
    parser.add_argument("--operation", metavar="ID", help="the id of the operation in spec/zoom")
    parser.add_argument("--method", choices=METHODS, help="the method of the request, together with --path")
    parser.add_argument("--path", help="the path of the request, such as '/users/{userId}/meetings'")
    parser.add_argument("--in", dest="folder", metavar="FOLDER", help="the folder that contains actions/ (default: .)")
    parser.add_argument(
        "--format", choices=("yaml", "json"), default="yaml", help="the format of the file (default: yaml)"
    )
    add_specs_option(parser)
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    _check(args)
    operation = _find_operation(args)
    method = operation.method if operation else args.method or "GET"
    path = operation.path if operation else args.path or "/users/{userId}"
    folder = _choose_folder(args)
    resource = args.resource or (_name_resource(operation, folder) if operation else "general")
    target = folder / "actions" / resource / f"{args.key}.{args.format}"
    _check_is_new(args, folder, target)
    draft = draft_json_action if args.format == "json" else draft_action
    _write(target, draft(args.key, method, path, operation))
    if console.as_json:
        console.print_json({"file": str(target)})
    else:
        console.print(str(target))
    console.report(f"Describe the action and its inputs, then run: zoom-component spec check {target}")
    return 0


def _check(args: Namespace) -> None:
    problems = []
    if not KEY_PATTERN.match(args.key):
        rule = "expected a lowercase letter followed by letters and digits, as in createMeeting"
        problems.append(Problem("KEY", f"{rule}, got {quote(args.key)}"))
    if args.resource is not None and not _RESOURCE.match(args.resource):
        problems.append(Problem("--resource", f"expected one word such as meetings, got {quote(args.resource)}"))
    if args.path is not None and not _PATH.match(args.path):
        message = f"expected a path such as /users/{{userId}}/meetings, got {quote(args.path)}"
        problems.append(Problem("--path", message))
    if args.operation and (args.method or args.path):
        problems.append(Problem("--operation", "cannot be combined with --method and --path: an operation has both"))
    if bool(args.method) != bool(args.path):
        problems.append(Problem("--method", "has to be combined with --path"))
    if problems:
        raise InputError(problems)


def _find_operation(args: Namespace) -> Operation | None:
    if args.operation is None:
        return find_operation(args.method, args.path) if args.method else None
    ids = []
    for operation in iter_operations():
        if operation.id == args.operation:
            return operation
        ids.append(operation.id)
    matches = difflib.get_close_matches(args.operation, ids, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(matches)}?" if matches else "spec/zoom/operations.jsonl lists them"
    raise InputError([Problem("--operation", f"unknown operation {quote(args.operation)}; {hint}")])


def _name_resource(operation: Operation, folder: Path) -> str:
    """Return the folder of actions/ for an operation: that of the same tag, also if only one has a plural s."""
    name = _name_tag(operation)
    roots = (folder, paths.get_bundle_dir())
    matches = [each for each in (name, f"{name}s", name.removesuffix("s")) for root in roots if _has(root, each)]
    return matches[0] if matches else name


def _has(root: Path, resource: str) -> bool:
    return bool(resource) and (root / "actions" / resource).is_dir()


def _name_tag(operation: Operation) -> str:
    words = re.findall(r"[A-Za-z0-9]+", operation.tag) or ["general"]
    first, *rest = (word.lower() for word in words)
    name = first + "".join(word.capitalize() for word in rest)
    return name if _RESOURCE.match(name) else "general"


def _choose_folder(args: Namespace) -> Path:
    if args.folder is not None:
        if not Path(args.folder).is_dir():
            raise InputError([Problem("--in", f"{quote(args.folder)} is not a folder; create it first")])
        return Path(args.folder)
    return Path()


def _check_is_new(args: Namespace, folder: Path, target: Path) -> None:
    if target.exists():
        raise InputError([Problem("KEY", f"{target} already exists; choose another key")])
    folders = [folder] if (folder / "actions").is_dir() and folder.resolve() != paths.get_bundle_dir().resolve() else []
    if args.key in [row["key"] for row in Catalogue(*find_spec_folders(args), *folders).listing()]:
        raise InputError([Problem("KEY", f"the action {args.key} already exists; choose another key")])


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise build_file_error("--in", str(target), "written", error) from None
