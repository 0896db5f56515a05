"""The machines in the formats of state machine libraries accept what the reference accepts."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from restore_domain.cli import main
from restore_domain.diagrams import (
    STATECHARTS,
    Statechart,
    dot,
    scxml,
    session_moves,
    xstate,
)
from restore_domain.lifecycle import Reporter, refusal
from restore_domain.operations import Operation
from restore_domain.status import ArtifactRestoreStatus

Edges = set[tuple[str, str, str]]
LIFECYCLE = STATECHARTS["lifecycle"]()
SESSION = STATECHARTS["session"]()
each = pytest.mark.parametrize("chart", [LIFECYCLE, SESSION], ids=list(STATECHARTS))


def edges(chart: Statechart) -> Edges:
    return {
        (state, event, target)
        for state, events in chart.transitions.items()
        for event, target in events.items()
    }


def test_L2_L4_the_events_of_an_artifact_are_the_reports_that_are_not_refused() -> None:
    assert edges(LIFECYCLE) == {
        (old, f"{reporter}.{new}", new)
        for reporter in Reporter
        for old in ArtifactRestoreStatus
        for new in ArtifactRestoreStatus
        if new is not old and refusal(old, new, reporter) is None
    }


def test_O1_O8_the_events_of_a_session_are_the_moves_that_operations_make() -> None:
    moves = {
        (move.before, move.operation, move.after)
        for move in session_moves(frozenset(Reporter))
        if move.before is not None and move.before is not move.after
    }
    ends = {"deleted": None, "expired": None}
    found = {
        (state, Operation(event.partition(".")[0]), ends.get(target, target))
        for state, event, target in edges(SESSION)
    }
    assert found == moves
    assert SESSION.final == {*ends}


@each
def test_an_event_has_one_target_and_a_final_state_has_no_event(chart: Statechart) -> None:
    for state, events in chart.transitions.items():
        assert bool(events) is (state not in chart.final)
        assert {*events.values()} <= chart.transitions.keys()
        for event, target in events.items():
            kind, _, status = event.partition(".")
            assert status in {"", target}
            assert kind in {*Reporter, *Operation}


@each
def test_the_formats_have_the_same_events(chart: Statechart) -> None:
    configuration = json.loads(xstate(chart))
    assert configuration["initial"] == chart.initial
    assert {
        (state, event, target)
        for state, content in configuration["states"].items()
        for event, target in content.get("on", {}).items()
    } == edges(chart)
    name = "{http://www.w3.org/2005/07/scxml}"
    document = ET.fromstring(scxml(chart))  # noqa: S314 - ours
    assert (document.tag, document.get("initial")) == (f"{name}scxml", chart.initial)
    assert {element.get("id") for element in document.iter(f"{name}final")} == chart.final
    assert {
        (state.get("id"), found.get("event"), found.get("target"))
        for state in document.iter(f"{name}state")
        for found in state
    } == edges(chart)
    arrows = re.findall(r'^  (\w+) -> (\w+) \[label=(".*")\]$', dot(chart), re.MULTILINE)
    assert {
        (state, event, target)
        for state, target, label in arrows
        for event in json.loads(label).split("\n")
    } == edges(chart)


@pytest.mark.parametrize("machine", STATECHARTS)
@pytest.mark.parametrize(("form", "written"), [("xstate", xstate), ("scxml", scxml), ("dot", dot)])
def test_the_command_prints_a_statechart(
    machine: str, form: str, written: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(written)
    assert main(["diagram", machine, "--format", form]) == 0
    assert capsys.readouterr().out == written(STATECHARTS[machine]())


WALK = """
import { createMachine, initialTransition, transition } from "xstate";
import { readFileSync } from "node:fs";
const found = [];
const configuration = JSON.parse(readFileSync(process.argv[2]));
const machine = createMachine(configuration);
const [start] = initialTransition(machine);
const events = new Set(Object.values(configuration.states).flatMap(s => Object.keys(s.on ?? {})));
const waiting = [start], seen = new Set([start.value]);
while (waiting.length > 0) {
  const snapshot = waiting.pop();
  for (const type of events) {
    if (!snapshot.can({ type })) continue;
    const [next] = transition(machine, snapshot, { type });
    found.push([snapshot.value, type, next.value, next.status]);
    if (!seen.has(next.value)) { seen.add(next.value); waiting.push(next); }
  }
}
console.log(JSON.stringify(found));
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("node")
    (folder / "walk.mjs").write_text(WALK, "utf-8")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "xstate@5.33.3"]
    subprocess.run(command, cwd=folder, check=True, timeout=300)  # noqa: S603
    return folder


@pytest.mark.npm
@each
def test_XState_takes_the_events_that_the_chart_has(chart: Statechart, node: Path) -> None:
    (node / "machine.json").write_text(xstate(chart), "utf-8")
    walk = ["node", "walk.mjs", "machine.json"]
    ran = subprocess.run(walk, cwd=node, check=True, timeout=60, capture_output=True)  # noqa: S603
    found = json.loads(ran.stdout)
    assert {(state, event, target) for state, event, target, _ in found} == edges(chart)
    assert {target for *_, target, status in found if status == "done"} == chart.final
