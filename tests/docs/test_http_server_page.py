"""docs/http-server.md, followed word by word, with curl and with Node where there is one; its statuses are the code's."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.docs.terminal import Names, Terminal, free_port, steps
from tests.tools.export.pages import Block, blocks, section, tables

from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser
from zoom_component.server.http.responses import STATUS_BY_KIND

PAGE = (Path(__file__).resolve().parents[2] / "docs/http-server.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page is followed with curl")
def test_the_page_word_by_word(terminal: Terminal, tmp_path: Path) -> None:
    ports = {known: str(free_port()) for known in ("8087", "9000", "8091")}
    names, typed = Names(), 0
    text = re.sub("8087|9000|8091", lambda found: ports[found.group()], PAGE)
    for block in [Block(each.language, each.words, each.text) for each in blocks(text)]:
        if "file" in block.words:
            (tmp_path / "mine" / block.words["file"]).write_text(block.text, encoding="utf-8")
        if block.language != "console":
            continue
        for line, shown in steps(block.text):
            if "terminal" in block.words:
                terminal.leave_running(line, int(block.words["terminal"]))
            elif not line.startswith("node ") or shutil.which("node"):
                names.learn(shown, terminal.type(line).removesuffix("\n") + "\n" * bool(shown))
            typed += 1
    assert typed >= 12


def test_the_statuses_are_those_of_the_code() -> None:
    (table,) = tables(section(PAGE, "## Statuses"))
    told = {
        kind: int(row["status"])
        for row in table
        for kind in re.findall(r"`([a-z_]+)`", row["kind"])
        if row["status"].isdigit()
    }
    assert told == dict(STATUS_BY_KIND)


def test_every_option_of_the_page_is_one() -> None:
    known = build_parser("serve", load_command("serve")).list_options()
    assert {"--max-body", "--connections", "--inbox"} <= set(known)
    for option in set(re.findall(r"`(--[a-z-]+)", PAGE)):
        assert option in known
