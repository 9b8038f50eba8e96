"""Outcomes told: to a person, and as JUnit's XML to a pipeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from zoom_component.harness.outcome import Outcome

__all__ = ["counted", "junit", "told"]

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
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(outcome: Outcome) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=outcome.file,
        name=outcome.name,
        file=outcome.file,
        line=str(outcome.line),
        time=f"{outcome.seconds:.3f}",
    )
    for failure in outcome.failures:
        message = f"{failure.file}:{failure.line}: {failure.message}"
        told = ElementTree.SubElement(case, "failure", message=_allowed(message))
        told.text = _allowed("\n".join(failure.lines()))
    if outcome.skipped:
        ElementTree.SubElement(case, "skipped", message=outcome.skipped)
    return case


def _allowed(text: str) -> str:
    """The text without the control characters that XML has no way to write."""
    return "".join(sign if sign >= " " or sign in "\t\n" else "\N{REPLACEMENT CHARACTER}" for sign in text)
