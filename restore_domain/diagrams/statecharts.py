"""The two machines in the formats of state machine libraries: XState, SCXML and Graphviz.

The event of a report names the reporter and the status, such as ``driver.scheduled``; all other
events are operations. A report may lead to different statuses, depending on the other artifacts;
then the status is part of the event's name: ``record.completed``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from xml.etree import ElementTree as ET

import attrs

from restore_domain.diagrams.exploration import session_moves
from restore_domain.diagrams.machines import ENDS, ORDER, UNKNOWN
from restore_domain.lifecycle import Reporter, allowed_statuses
from restore_domain.operations import Operation
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    ArtifactRestoreStatus,
    RestoreSessionStatus,
)

__all__ = ["STATECHARTS", "Statechart", "dot", "scxml", "xstate"]


@attrs.frozen
class Statechart:
    """A state machine as a table."""

    name: str
    """What it describes."""

    description: str
    """A note for its readers."""

    initial: str
    """The initial state."""

    final: frozenset[str]
    """The states without transitions to other states."""

    transitions: Mapping[str, Mapping[str, str]]
    """For each state its events, each with the following state."""


def lifecycle_statechart() -> Statechart:
    """Return the life of an artifact, by the reports of drivers and observers (rules L1-L4)."""
    return Statechart(
        name="mailboxRestoreArtifact",
        description="The status of an artifact. The same status again changes nothing, and is "
        "not an event. After unknownFutureValue an artifact that has a startDateTime can't be "
        "scheduling or scheduled any more.",
        initial=ArtifactRestoreStatus.ADDED,
        final=frozenset(TERMINAL_ARTIFACT_STATUSES),
        transitions={
            status: {
                f"{reporter}.{new}": new
                for reporter in Reporter
                for new in ArtifactRestoreStatus
                if new in allowed_statuses(status, reporter)
            }
            for status in ArtifactRestoreStatus
        },
    )


def session_statechart() -> Statechart:
    """Return how the status of a session changes, by operations and reports (A1-A10, O1-O8)."""
    moves: dict[str, dict[str, str]] = {status: {} for status in RestoreSessionStatus}
    moves |= {end: {} for end in ENDS.values()}
    for move in session_moves(frozenset(Reporter)):
        if move.before is None or move.before is move.after:
            continue
        after = move.after or ENDS[move.operation]
        is_report = move.operation is Operation.RECORD
        moves[move.before][f"{Operation.RECORD}.{after}" if is_report else move.operation] = after
    return Statechart(
        name="exchangeRestoreSession",
        description="The status of a session of up to three artifacts. An operation or a report "
        "that leaves the status as it is, is not an event.",
        initial=RestoreSessionStatus.DRAFT,
        final=frozenset(ENDS.values()),
        transitions={
            state: dict(sorted(found.items(), key=lambda event: ORDER.index(event[1])))
            for state, found in moves.items()
        },
    )


def xstate(chart: Statechart) -> str:
    """Return the chart as the configuration of an XState machine, in JSON."""
    states = {
        state: {"type": "final"} if state in chart.final else {"on": dict(events)}
        for state, events in chart.transitions.items()
    }
    configuration = {
        "id": chart.name,
        "description": chart.description,
        "initial": chart.initial,
        "states": states,
    }
    return json.dumps(configuration, indent=2) + "\n"


def scxml(chart: Statechart) -> str:
    """Return the chart as a State Chart XML document of the W3C."""
    root = ET.Element(
        "scxml",
        {
            "xmlns": "http://www.w3.org/2005/07/scxml",
            "version": "1.0",
            "name": chart.name,
            "initial": chart.initial,
            "datamodel": "null",
        },
    )
    root.append(ET.Comment(f" {chart.description} "))
    for state, events in chart.transitions.items():
        element = ET.SubElement(root, "final" if state in chart.final else "state", {"id": state})
        for event, target in events.items():
            ET.SubElement(element, "transition", {"event": event, "target": target})
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def dot(chart: Statechart) -> str:
    """Return the chart in the language of Graphviz; events with the same ends share an arrow."""
    lines = [f"digraph {chart.name} {{", "  rankdir=LR", f"  label={json.dumps(chart.description)}"]
    lines.append("  node [shape=box, style=rounded]")
    lines += [f"  {state} [peripheries=2]" for state in chart.transitions if state in chart.final]
    lines += [f"  {UNKNOWN} [style=dashed]", "  start [shape=point]", f"  start -> {chart.initial}"]
    for state, events in chart.transitions.items():
        for target in dict.fromkeys(events.values()):
            label = "\n".join(event for event, entered in events.items() if entered == target)
            lines.append(f"  {state} -> {target} [label={json.dumps(label)}]")
    return "\n".join([*lines, "}"]) + "\n"


STATECHARTS: Final[Mapping[str, Callable[[], Statechart]]] = MappingProxyType(
    {"lifecycle": lifecycle_statechart, "session": session_statechart}
)
"""Each machine by its name."""
