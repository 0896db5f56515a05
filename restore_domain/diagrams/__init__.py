"""Pictures of the two state machines: the life of an artifact, and the status of a session.

Only the positions of the boxes are chosen by hand. The arrows of the first picture are the tables
of `restore_domain.lifecycle`; those of the second are found by trying every operation on every
session of a few artifacts, so they show what the reference does.
"""

from restore_domain.diagrams.chart import Arrow, Chart, Place
from restore_domain.diagrams.exploration import Move, session_moves
from restore_domain.diagrams.machines import CHARTS, lifecycle_chart, session_chart
from restore_domain.diagrams.mermaid import mermaid
from restore_domain.diagrams.statecharts import STATECHARTS, Statechart, dot, scxml, xstate
from restore_domain.diagrams.svg import svg

__all__ = [
    "CHARTS",
    "STATECHARTS",
    "Arrow",
    "Chart",
    "Move",
    "Place",
    "Statechart",
    "dot",
    "lifecycle_chart",
    "mermaid",
    "scxml",
    "session_chart",
    "session_moves",
    "svg",
    "xstate",
]
