"""The pictures show what the reference does, and can be read."""

import re
from collections.abc import Callable, Iterator
from itertools import chain, combinations
from xml.etree import ElementTree as ET

import pytest

from restore_domain.aggregation import KNOWN_STATUSES, aggregate
from restore_domain.cli import main
from restore_domain.diagrams import CHARTS, Chart, mermaid, session_moves, svg
from restore_domain.lifecycle import OBSERVATIONS, RELATIONS, STEPS, Reporter
from restore_domain.operations import Operation
from restore_domain.status import (
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)

UNKNOWN = "unknownFutureValue"
DRIVER = frozenset({Reporter.DRIVER})
EVERYBODY = frozenset(Reporter)
Ends = set[tuple[str, str]]

charts = pytest.mark.parametrize("chart", [make() for make in CHARTS.values()], ids=list(CHARTS))


def ends(chart: Chart, *, dashed: bool) -> Ends:
    return {(arrow.source, arrow.target) for arrow in chart.arrows if arrow.dashed == dashed}


# Contents


def test_L1_the_life_of_an_artifact_has_the_steps() -> None:
    steps = {(old, new) for old, following in STEPS.items() for new in following}
    assert ends(CHARTS["lifecycle"](), dashed=False) == steps


def test_L4_the_life_of_an_artifact_has_the_steps_of_the_unknown_status() -> None:
    seen = {
        (old, new)
        for old, following in OBSERVATIONS.items()
        for new in following
        if UNKNOWN in {old, new}
    }
    assert ends(CHARTS["lifecycle"](), dashed=True) == seen


def by_sets(reporters: frozenset[Reporter]) -> Ends:
    """Return the effects of reports on the status, found by trying all sets of statuses."""
    present = KNOWN_STATUSES if reporters == DRIVER else frozenset(ArtifactRestoreStatus)
    staying = chain.from_iterable(combinations(present, size) for size in range(len(present) + 1))
    return {
        (aggregate([*others, old]), aggregate([*others, new]))
        for others in staying
        for reporter in reporters
        for old in present
        for new in RELATIONS[reporter][old]
    }


@pytest.mark.parametrize("reporters", [DRIVER, EVERYBODY], ids=["driver", "everybody"])
def test_a_few_artifacts_show_all_that_a_report_can_do(reporters: frozenset[Reporter]) -> None:
    found = {
        (move.before, move.after)
        for move in session_moves(reporters)
        if move.operation is Operation.RECORD
    }
    assert found == by_sets(reporters)


def test_the_status_of_a_session_has_every_move() -> None:
    chart = CHARTS["session"]()
    drawn = ends(chart, dashed=False) | ends(chart, dashed=True)
    for before, after in by_sets(DRIVER):
        assert before == after or (before, after) in drawn
    for before, after in by_sets(EVERYBODY):
        if UNKNOWN in {before, after}:
            assert before == after or (before, after) in drawn


def test_the_operations_of_a_session_are_drawn() -> None:
    drawn = {(arrow.source, arrow.target): arrow.label for arrow in CHARTS["session"]().arrows}
    labelled = {ends: label for ends, label in drawn.items() if label}
    assert labelled == {
        ("start", "draft"): "create",
        ("draft", "draft"): "update, createArtifact",
        ("draft", "activating"): "activate",
        ("draft", "deleted"): "delete",
        ("completed", "expired"): "expire",
        ("completedWithError", "expired"): "expire",
        ("failed", "expired"): "expire",
    }


def test_L2_an_observer_skips_ahead_along_the_solid_arrows() -> None:
    solid = ends(CHARTS["session"](), dashed=False)
    for before, after in by_sets(EVERYBODY):
        if UNKNOWN not in {before, after}:
            assert before == after or after in reachable(before, solid)


def reachable(start: str, arrows: Ends) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        following = {target for source, target in arrows if source == here} - found
        found |= following
        waiting += following
    return found


def test_no_solid_arrow_leads_back() -> None:
    solid = {(source, target) for source, target in ends(CHARTS["session"](), dashed=False)}
    for status in RestoreSessionStatus:
        around = {(source, target) for source, target in solid if source != target}
        assert status not in reachable(status, around)


def test_nothing_but_the_end_follows_a_terminal_status() -> None:
    for arrow in CHARTS["session"]().arrows:
        assert arrow.source not in TERMINAL_SESSION_STATUSES or arrow.target == "expired"


# Appearance


@charts
def test_an_svg_is_xml_that_needs_nothing_else(chart: Chart) -> None:
    text = svg(chart)
    root = ET.fromstring(text)  # noqa: S314 - our own
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {
        "svg",
        "title",
        "desc",
        "style",
        "defs",
        "marker",
        "path",
        "rect",
        "text",
        "circle",
    }
    assert "prefers-color-scheme: dark" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


@charts
def test_every_state_is_in_both_forms(chart: Chart) -> None:
    for state in chart.states:
        assert f">{state}</text>" in svg(chart)
        assert re.search(rf"^    {state}[\[(]{state}[\])]$", mermaid(chart), re.MULTILINE)


@charts
def test_every_arrow_is_in_both_forms(chart: Chart) -> None:
    lines = list(chart.lines)
    assert svg(chart).count('<path class="line') == len(lines)
    drawn = re.findall(
        r"^    (\w+) (<?)(-->|-\.->)\S* (?:.*\| )?(\w+)$", mermaid(chart), re.MULTILINE
    )
    found = {(source, target, line == "-.->") for source, _, line, target in drawn}
    found |= {(target, source, line == "-.->") for source, back, line, target in drawn if back}
    assert found == {(arrow.source, arrow.target, arrow.dashed) for arrow in chart.arrows}


def boxes(text: str) -> dict[str, tuple[float, float, float, float]]:
    """Return left, top, right and bottom of each box."""
    shape = re.compile(
        r'<rect class="box[^"]*" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"'
        r"[^>]*/><text[^>]*>(\w+)<"
    )
    found = {}
    for x, y, width, height, name in shape.findall(text):
        left, top = float(x), float(y)
        found[name] = (left, top, left + float(width), top + float(height))
    return found


def points(path: str) -> Iterator[tuple[float, float]]:
    """Follow a straight line or a chain of curves."""
    numbers = [tuple(map(float, pair.split(","))) for pair in re.findall(r"[\d.]+,[\d.]+", path)]
    start, *rest = numbers
    if "L" in path:
        rest = [((start[0] + rest[0][0]) / 2, (start[1] + rest[0][1]) / 2), rest[0]]
    for bend, end in zip(rest[::2], rest[1::2], strict=True):
        for number in range(51):
            t = number / 50
            yield (
                (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bend[0] + t**2 * end[0],
                (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t**2 * end[1],
            )
        start = end


@charts
def test_no_line_crosses_a_box_and_no_box_another(chart: Chart) -> None:
    text = svg(chart)
    present = boxes(text)
    assert set(present) == set(chart.states)
    for path in re.findall(r'<path class="line[^>]* d="(M[^"C]+)"', text):
        for x, y in points(path):
            for name, (left, top, right, bottom) in present.items():
                assert not (left + 1 < x < right - 1 and top + 1 < y < bottom - 1), (path, name)
    for one, other in combinations(present.values(), 2):
        apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
        assert apart


@charts
def test_everything_is_on_the_paper(chart: Chart) -> None:
    text = svg(chart)
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', text)
    assert size is not None
    for x, y in re.findall(r'x="([\d.]+)" y="([\d.]+)"', text):
        assert float(x) < int(size[1])
        assert float(y) < int(size[2])


# The command


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize(("form", "draw"), [("mermaid", mermaid), ("svg", svg)])
def test_the_command_prints_them(
    name: str,
    form: str,
    draw: Callable[[Chart], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["diagram", name, "--format", form]) == 0
    assert capsys.readouterr().out == draw(CHARTS[name]())


def test_the_command_refuses_other_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagram", "mailbox"]) == 2
    assert "lifecycle" in capsys.readouterr().err
