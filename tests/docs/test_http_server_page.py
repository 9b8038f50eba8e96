"""Run the commands of docs/http-server.md with curl and, if it is installed, Node; check its paths and statuses."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.docs.terminal import Names, Terminal, find_free_port, parse_commands
from tests.tools.export.pages import find_section, parse_blocks, parse_tables

from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser
from zoom_component.server.http.calls import QUERY_PARAMETERS
from zoom_component.server.http.responses import STATUS_BY_KIND

PAGE = (Path(__file__).resolve().parents[2] / "docs/http-server.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the commands of the page need curl")
def test_commands_of_the_page(terminal: Terminal, folder: Path) -> None:
    ports = {port: str(find_free_port()) for port in ("8087", "9000", "8091")}
    names, count = Names(), 0
    text = re.sub("8087|9000|8091", lambda match: ports[match[0]], PAGE)
    for block in parse_blocks(text):
        if "file" in block.words:
            (folder / block.words["file"]).write_text(block.text, encoding="utf-8")
        if block.language != "console":
            continue
        for line, expected in parse_commands(block.text):
            if "terminal" in block.words:
                terminal.leave_running(line, int(block.words["terminal"]))
            elif not line.startswith("node ") or shutil.which("node"):
                names.learn(expected, terminal.type(line).removesuffix("\n") + "\n" * bool(expected))
            count += 1
    assert count >= 12


def test_page_lists_the_status_of_every_error() -> None:
    (table,) = parse_tables(find_section(PAGE, "## Statuses"))
    statuses = {
        kind: int(row["status"])
        for row in table
        for kind in re.findall(r"`([a-z_]+)`", row["kind"])
        if row["status"].isdigit()
    }
    assert statuses == dict(STATUS_BY_KIND)


def test_page_lists_every_path_and_query_parameter() -> None:
    from zoom_component.server.http.app import HttpServer

    paths, parameters = parse_tables(find_section(PAGE, "## Paths"))
    app = HttpServer(None, None).build_app()._app  # type: ignore[arg-type]
    templates = {route.path.format(key="KEY").replace("/tools/KEY", "/tools/SLUG") for route in app.routes}
    assert {row["path"].strip("`").split(" ")[1] for row in paths} == templates
    assert {row["parameter"].strip("`").split("=")[0] for row in parameters} == set(QUERY_PARAMETERS)


def test_every_option_on_the_page_exists() -> None:
    options = build_parser("serve", load_command("serve")).list_options()
    assert {"--max-body", "--connections", "--inbox"} <= set(options)
    for option in set(re.findall(r"`(--[a-z-]+)", PAGE)):
        assert option in options
