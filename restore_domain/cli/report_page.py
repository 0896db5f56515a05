"""A page about sessions, made by Jinja, which the extra ``report`` installs.

It needs no other file, no script and no network, and its own policy forbids these. Its texts are
the service's: each is escaped by Jinja, and shown as it would be on a terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
from jinja2 import Environment, PackageLoader, StrictUndefined

from restore_domain.cli.listing import in_utc
from restore_domain.cli.status_formats import cell_text
from restore_domain.cli.summary import Summary, facts
from restore_domain.cli.terminal import printable
from restore_domain.cli.timeline import Timeline, timeline

__all__ = ["page"]


def _shown(value: Any) -> Any:
    """Return a text as a terminal would show it; a value marked as safe is returned unchanged."""
    return value if hasattr(value, "__html__") else printable(str(value))


_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("restore_domain.cli"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
)

_ELSEWHERE: Final = frozenset({"session", "status", "failures"})
"""The facts that have their own place on the page."""


@attrs.frozen
class _Section:
    """The part of the page about a session."""

    summary: Summary
    timeline: Timeline | None

    @property
    def facts(self) -> list[tuple[str, Sequence[str]]]:
        """The facts that are not shown elsewhere."""
        counts = {f"{count} {status}" for status, count in self.summary.counts}
        return [
            (label, [line for line in lines if line not in counts])
            for label, lines in facts(self.summary)
            if label not in _ELSEWHERE
        ]

    @property
    def columns(self) -> list[str]:
        """The columns of the artifacts, without a status that all of them have."""
        listed = self.summary.listing
        return [name for name in listed.columns if name != "status" or listed.artifacts != "failed"]


def page(summaries: Sequence[Summary]) -> str:
    """Return a page about these sessions."""
    sections = [_Section(summary, timeline(summary.session)) for summary in summaries]
    template = _ENVIRONMENT.get_template("report.html.jinja")
    return template.render(sections=sections, cell_text=cell_text, in_utc=in_utc)
