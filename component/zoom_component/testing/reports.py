"""Outcomes told: to a person, and as JUnit's XML to a pipeline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from zoom_component.testing.outcome import Outcome

__all__ = ["counted", "junit", "told"]

_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIGNS = {"passed": "ok  ", "failed": "FAIL", "skipped": "skip"}


def told(outcome: Outcome) -> Iterator[str]:
    """The lines for one outcome: a line for what passed, all that is known for what failed."""
    why = f" ({outcome.skipped})" if outcome.skipped else ""
    yield f"{_SIGNS[outcome.status]}  {outcome.file}: {outcome.name}{why}"
    for failure in outcome.failures:
        yield from (f"  {line}" for line in failure.lines())


def counted(outcomes: Sequence[Outcome]) -> str:
    """How many passed, failed and were skipped, in a line."""
    counts = Counter(outcome.status for outcome in outcomes)
    parts = [f"{counts[status]} {status}" for status in ("passed", "failed", "skipped") if counts[status]]
    return ", ".join(parts) or "nothing to run"


def junit(outcomes: Sequence[Outcome]) -> str:
    """The outcomes in the form of XML that pipelines read."""
    counts = Counter(outcome.status for outcome in outcomes)
    suite = ElementTree.Element(
        "testsuite",
        name="zoom-component",
        tests=str(len(outcomes)),
        failures=str(counts["failed"]),
        errors="0",
        skipped=str(counts["skipped"]),
        time=f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    )
    for outcome in outcomes:
        suite.append(_case(outcome))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    # Not "unicode": the declaration would then name the encoding of the machine, whatever the file is written in.
    told: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return told.decode() + "\n"


def _case(outcome: Outcome) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_allowed(outcome.file),
        name=_allowed(outcome.name),
        file=_allowed(outcome.file),
        line=str(outcome.line),
        time=f"{outcome.seconds:.3f}",
    )
    if outcome.failures:  # one for all of them: readers take the first and no other
        first = outcome.failures[0]
        told = ElementTree.SubElement(
            case, "failure", message=_allowed(f"{first.file}:{first.line}: {first.message}"), type="failed"
        )
        told.text = _allowed("\n".join(line for failure in outcome.failures for line in failure.lines()))
    if outcome.skipped:
        ElementTree.SubElement(case, "skipped", message=_allowed(outcome.skipped))
    return case


def _allowed(text: str) -> str:
    """The text without the characters that XML has no way to write."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
