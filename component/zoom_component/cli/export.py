"""Export the component as JSON, in one of several formats."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zoom_component.cli.arguments import build_file_error, find_spec_folders
from zoom_component.cli.console import Console
from zoom_component.cli.parser import add_json_option, add_specs_option
from zoom_component.errors import InputError, Problem
from zoom_component.spec.catalogue import Catalogue

DESCRIPTION = (
    "Export the component as JSON. component: the form of the component document; catalogue: the toolkit catalogue; "
    "json-schema: inputs and results of each action; openai-tools, anthropic-tools: tool lists for a model; openapi: "
    "the HTTP server as OpenAPI 3.1; manifest: all specs."
)
EXAMPLES = (
    "zoom-component export component --out component.json",
    "zoom-component export catalogue",
    "zoom-component export openai-tools --only read --resources meetings,users --strict",
    "zoom-component export anthropic-tools --include 'list*' --exclude listDevices",
    "zoom-component export openapi --out openapi.json",
    "zoom-component export manifest --out release.json",
)
FORMS = ("component", "catalogue", "json-schema", "openai-tools", "anthropic-tools", "openapi", "manifest")
_SELECTION_OPTIONS = ("only", "resources", "include", "exclude")
_SUPPORTED_OPTIONS = {
    "json-schema": _SELECTION_OPTIONS,
    "openai-tools": (*_SELECTION_OPTIONS, "advanced", "strict", "responses"),
    "anthropic-tools": (*_SELECTION_OPTIONS, "advanced"),
}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=FORMS, help="the format to export")
    parser.add_argument("--out", metavar="FILE", help="write to a file instead of stdout")
    selection = parser.add_argument_group(
        "which actions", "For json-schema and the tool lists; separate values with commas."
    )
    selection.add_argument("--only", metavar="EFFECTS", help="select effects: read, create, update, delete, any")
    selection.add_argument("--resources", metavar="R,...", help="select resources, such as meetings,users")
    selection.add_argument("--include", metavar="KEY,...", help="select these keys or patterns, such as list*")
    selection.add_argument("--exclude", metavar="KEY,...", help="exclude these keys or patterns")
    tool_options = parser.add_argument_group("tool lists")
    tool_options.add_argument("--advanced", action="store_true", help="include the advanced inputs")
    tool_options.add_argument("--strict", action="store_true", help="openai-tools: use strict schemas")
    tool_options.add_argument(
        "--responses", action="store_true", help="openai-tools: use the format of the Responses API"
    )
    add_specs_option(parser)
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    _check(args)
    document = _build_export(args, Catalogue(*find_spec_folders(args)))
    if args.out is None:
        console.print_json(document)
        return 0
    try:
        Path(args.out).write_text(console.encode_json(document, indent=2) + "\n", encoding="utf-8")
    except (OSError, ValueError) as error:
        raise build_file_error("--out", args.out, "written", error) from None
    console.report(f"Wrote {args.out}.")
    return 0


def _check(args: Namespace) -> None:
    """Raise InputError for options that have no effect on the format."""
    supported = _SUPPORTED_OPTIONS.get(args.what, ())
    options = [name for name in (*_SELECTION_OPTIONS, "advanced", "strict", "responses") if getattr(args, name)]
    problems = [
        Problem(f"--{name}", f"{args.what} does not support this option") for name in options if name not in supported
    ]
    if problems:
        raise InputError(problems)


def _build_export(args: Namespace, catalogue: Catalogue) -> Any:
    if args.what == "component":
        from zoom_component.tools.export.definition import build_definition

        return build_definition(catalogue)
    if args.what == "catalogue":
        from zoom_component.tools.export.toolkit_catalogue import build_toolkit_catalogue

        return build_toolkit_catalogue(catalogue)
    if args.what == "openapi":
        from zoom_component.tools.export.openapi import build_openapi

        return build_openapi(catalogue)
    if args.what == "manifest":
        from zoom_component.tools.export.manifest import build_manifest

        return build_manifest(catalogue)
    from zoom_component.tools.export import model_tools
    from zoom_component.tools.export.action_selection import ActionSelection

    selection = {name: _split_names(getattr(args, name)) for name in _SELECTION_OPTIONS}
    if args.what == "json-schema":
        return model_tools.build_json_schemas(ActionSelection(**selection).select_actions(catalogue))
    actions = ActionSelection(**selection).select_actions(catalogue)
    if args.what == "anthropic-tools":
        return model_tools.build_anthropic_tools(actions, advanced=args.advanced)
    return model_tools.build_openai_tools(actions, strict=args.strict, responses=args.responses, advanced=args.advanced)


def _split_names(text: str | None) -> Sequence[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]
