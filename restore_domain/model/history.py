"""Contradictions in an observer's snapshots of a session over time (rules H1-H3).

Two consecutive snapshots are compared artifact by artifact, as they were parsed: unchanged
artifacts are not looked at any closer, and no entities are made. If snapshots lack artifacts (rule
S8), an artifact is compared with the last snapshot that contained it, and the set of artifacts with
the last complete snapshot. So the memory does not grow with the number of snapshots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

import attrs

from restore_domain.lifecycle import Reporter, refusal
from restore_domain.model.audit import ViolationKind, audit
from restore_domain.model.bulk_request import ACTIVE, request_status
from restore_domain.model.collection import Unread
from restore_domain.model.differences import MISSING, differences
from restore_domain.model.kept_properties import (
    CHOICE,
    ERROR,
    JOB_TYPE,
    KEPT,
    KEPT_ONCE_TERMINAL,
    LAST_MODIFIED,
    OF_ARTIFACT,
    OF_SESSION,
    POLICY,
    START,
    STATUS,
    KeptProperty,
    is_there,
    less_said,
    said,
)
from restore_domain.model.lacking import BULK_REQUESTS, GRANULAR, WHOLE
from restore_domain.model.session import (
    NOTHING_DECLARED,
    DeclaredProperties,
    ExchangeRestoreSession,
    cells_of,
    known_status,
)
from restore_domain.model.timestamp import timestamp_text
from restore_domain.model.validators import shown
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    TERMINAL_SESSION_STATUSES,
    RestoreJobType,
    RestoreSessionStatus,
)

__all__ = [
    "Compared",
    "Finding",
    "Matched",
    "audit_change",
    "audit_history",
    "compared",
    "findings_in",
]

_Position = TypeVar("_Position")

UNKNOWN: Final = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE
"""The declared status that is compatible with any other (rule W3)."""


@attrs.frozen(kw_only=True)
class Finding:
    """A place where a snapshot contradicts itself, or an earlier one."""

    rule: str
    """H1 for a snapshot by itself, H2 for changed values, H3 for additions and removals."""

    finer_rule: str
    """The more specific rule that was broken: for H1 that of the audit, for a status L2 or L4, for
    lastModifiedDateTime S6; otherwise the same as `rule`.
    """

    kind: ViolationKind
    """Whether the snapshots contradict one another, or the later one only leaves out a property."""

    session_id: str
    """The key of the session."""

    before: Any
    """The position of the earlier snapshot in the history, from 0 on; None for H1."""

    after: Any
    """The position of the later snapshot, or of the only one."""

    artifact_id: str | None
    """The key of the artifact; None if it is about the session itself."""

    property: str
    """The Graph name of the property; for an added or removed artifact, that of its collection."""

    old: Any = MISSING
    """The value before; for a removed artifact, its status. `MISSING` if there was none."""

    new: Any = MISSING
    """The value now, None for a null; for an added artifact, its status. `MISSING` if there is
    none, and for H1.
    """

    message: str
    """What is wrong, in words."""

    stale: bool = False
    """Whether the finding could be explained by an earlier snapshot that arrived out of order: it
    is about a status that the artifact has passed, or a lastModifiedDateTime that goes back.
    """


def audit_change(
    before: ExchangeRestoreSession, after: ExchangeRestoreSession
) -> tuple[Finding, ...]:
    """List the contradictions between two consecutive snapshots (rules H2 and H3).

    The positions are 0 and 1. Raises ValueError if the snapshots are of different sessions.
    """
    return compared(before, after).findings


@attrs.frozen
class Compared:
    """What two consecutive snapshots of a session have in common, and how they differ."""

    artifacts: Matched
    findings: tuple[Finding, ...]


def compared(before: ExchangeRestoreSession, after: ExchangeRestoreSession) -> Compared:
    """Compare two snapshots like `audit_change`, without making entities of unchanged artifacts."""
    if before.id != after.id:
        raise ValueError(f"{shown(before.id)} and {shown(after.id)} are two sessions")
    found = _matched(before, after)
    _, findings = _followed(_seen_first(0, before), 1, after, found)
    return Compared(found, tuple(findings))


def audit_history(snapshots: Iterable[ExchangeRestoreSession]) -> Iterator[Finding]:
    """Yield the contradictions in snapshots, in the order of time (rules H1-H3).

    Snapshots of several sessions are distinguished by the id. Positions count all snapshots, from 0
    on. Only a few snapshots of each session are kept at a time.
    """
    return findings_in(enumerate(snapshots))


def findings_in(
    placed: Iterable[tuple[_Position, ExchangeRestoreSession]],
) -> Iterator[Finding]:
    """Do the same for snapshots that come with the caller's own positions."""
    seen: dict[str, _Seen[_Position]] = {}
    for position, snapshot in placed:
        earlier = seen.get(snapshot.id)
        if earlier is None:
            seen[snapshot.id] = _seen_first(position, snapshot)
        else:
            _, last = earlier.last
            found = _matched(last, snapshot)
            seen[snapshot.id], findings = _followed(earlier, position, snapshot, found)
            yield from findings
        yield from _by_itself(position, snapshot)


def _by_itself(position: Any, snapshot: ExchangeRestoreSession) -> Iterator[Finding]:
    """Return the audit findings of a snapshot; merely missing properties don't count against it."""
    for found in audit(snapshot):
        if found.kind is ViolationKind.CONTRADICTION:
            yield Finding(
                rule="H1",
                finer_rule=found.rule,
                kind=found.kind,
                session_id=snapshot.id,
                before=None,
                after=position,
                artifact_id=None if found.target == snapshot.id else found.target,
                property=found.property,
                message=found.message,
            )


# Which artifacts two snapshots have ------------------------------------------------------------


@attrs.frozen
class Matched:
    """The artifacts of two snapshots, as they were parsed if they were never accessed."""

    changed: tuple[tuple[Any, Any], ...]
    """Those in both that are not equal, before and after."""

    gone: tuple[Any, ...]
    """Those only in the earlier one."""

    added: tuple[Any, ...]
    """Those only in the later one."""


def _matched(before: ExchangeRestoreSession, after: ExchangeRestoreSession) -> Matched:
    """Match the artifacts of two snapshots by their ids, without making entities."""
    olds, news = list(cells_of(before)), list(cells_of(after))
    changed: list[tuple[Any, Any]] = []
    old_ones, new_ones = [], []
    # nearly always both have the same artifacts in the same order, and most are equal
    for old, new in [
        (old, new) for old, new in zip(olds, news, strict=False) if old is not new and old != new
    ]:
        if old.id == new.id:
            changed.append((old, new))
        else:
            old_ones.append(old)
            new_ones.append(new)
    old_ones += olds[len(news) :]
    new_ones += news[len(olds) :]
    waiting = {old.id: old for old in old_ones}
    added = []
    for new in new_ones:
        earlier = waiting.pop(new.id, None)
        if earlier is None:
            added.append(new)
        elif earlier != new:
            changed.append((earlier, new))
    return Matched(tuple(changed), tuple(waiting.values()), tuple(added))


def _is_closer_looked_at(old: Any, new: Any) -> bool:
    """Return whether two artifacts that are not equal may differ in a compared property."""
    one, other = type(old), type(new)
    if one is not other and issubclass(one, Unread) and issubclass(other, Unread):
        return bool(_compared_values(old) != _compared_values(new))
    return True


_compared_values: Final = attrgetter(*(kept.attribute for kept in OF_ARTIFACT))


# What was seen before --------------------------------------------------------------------------


@attrs.frozen
class _Said(Generic[_Position]):
    """The value of a property of the session in a snapshot."""

    at: _Position
    value: Any
    in_draft: bool


@attrs.frozen
class _Seen(Generic[_Position]):
    """What the next snapshot of a session is compared with."""

    at: _Position
    """The position of the last snapshot."""

    own: Mapping[str, _Said[_Position]]
    """The last known value of each property of the session itself, by attribute."""

    last: tuple[_Position, ExchangeRestoreSession]
    """The last snapshot that has artifacts, or that is complete."""

    others: Mapping[str, tuple[_Position, Any]]
    """The artifacts that this snapshot does not contain but may lack, by id, as they were last
    seen.
    """

    whole: tuple[_Position, ExchangeRestoreSession] | None
    """The last complete snapshot."""


def _own(position: _Position, snapshot: ExchangeRestoreSession) -> dict[str, _Said[_Position]]:
    in_draft = snapshot.status is RestoreSessionStatus.DRAFT
    values = {kept.attribute: said(snapshot, kept) for kept in OF_SESSION}
    return {
        attribute: _Said(at=position, value=value, in_draft=in_draft)
        for attribute, value in values.items()
        if is_there(value)
    }


def _seen_first(position: _Position, snapshot: ExchangeRestoreSession) -> _Seen[_Position]:
    return _Seen(
        at=position,
        own=_own(position, snapshot),
        last=(position, snapshot),
        others={},
        whole=None if snapshot.lacks else (position, snapshot),
    )


def _followed(
    seen: _Seen[_Position],
    position: _Position,
    snapshot: ExchangeRestoreSession,
    found: Matched,
) -> tuple[_Seen[_Position], list[Finding]]:
    """Compare a snapshot with what was seen before; return what is seen now, and the findings.

    Takes how its artifacts match those of the last one.
    """
    last_at, last = seen.last
    findings = _changes_of_session(seen, position, snapshot)
    pairs = [(last_at, old, new) for old, new in found.changed]
    pairs += [(*seen.others[new.id], new) for new in found.added if new.id in seen.others]
    for at, old, new in pairs:
        if _is_closer_looked_at(old, new):
            findings += _changes_of_artifact(_Between(snapshot.id, at, position), old, new)
    own = {**seen.own, **_own(position, snapshot)}
    if not snapshot.lacks:
        if seen.whole is not None:
            at, whole = seen.whole
            since = found if whole is last else _matched(whole, snapshot)
            between = _Between(snapshot.id, at, position)
            findings += _changes_of_whole(between, whole, snapshot, since)
        now = position, snapshot
        return _Seen(at=position, own=own, last=now, others={}, whole=now), findings
    if not snapshot.tally.total:
        return attrs.evolve(seen, at=position, own=own), findings
    added = {new.id for new in found.added}
    others = {key: other for key, other in seen.others.items() if key not in added}
    others |= {old.id: (last_at, old) for old in found.gone}
    now = position, snapshot
    return _Seen(at=position, own=own, last=now, others=others, whole=seen.whole), findings


# The findings ----------------------------------------------------------------------------------


@attrs.frozen
class _Between:
    """Two snapshots of a session, and how findings between them are made."""

    session_id: str
    before: Any
    after: Any

    def finding(  # noqa: PLR0913 - what a finding says
        self,
        rule: str,
        graph_name: str,
        message: str,
        *,
        old: Any,
        new: Any,
        artifact_id: str | None = None,
        finer_rule: str | None = None,
        kind: ViolationKind = ViolationKind.CONTRADICTION,
        stale: bool = False,
    ) -> Finding:
        return Finding(
            rule=rule,
            finer_rule=finer_rule or rule,
            kind=kind,
            session_id=self.session_id,
            before=self.before,
            after=self.after,
            artifact_id=artifact_id,
            property=graph_name,
            old=old,
            new=new,
            message=message,
            stale=stale,
        )

    def kept(
        self, rule: str, kept: KeptProperty, old: Any, new: Any, artifact_id: str | None = None
    ) -> list[Finding]:
        """Report a value that has changed, or is missing, although it should have stayed."""
        if not is_there(old) or (is_there(new) and kept.agree(old, new)):
            return []
        return [self.changed(rule, kept, old, new, artifact_id)]

    def changed(  # noqa: PLR0913 - what a finding says
        self,
        rule: str,
        kept: KeptProperty,
        old: Any,
        new: Any,
        artifact_id: str | None = None,
        *,
        message: str | None = None,
        finer_rule: str | None = None,
        stale: bool = False,
    ) -> Finding:
        kind = ViolationKind.MISSING if new is MISSING else ViolationKind.CONTRADICTION
        old, new = kept.value(old), kept.value(new) if is_there(new) else new
        return self.finding(
            rule,
            kept.name,
            message or _in_words(old, new),
            old=old,
            new=new,
            artifact_id=artifact_id,
            finer_rule=finer_rule,
            kind=kind,
            stale=stale,
        )


def _in_words(old: Any, new: Any) -> str:
    if not is_there(new):
        return f"it was {_word(old)}, and is {'missing' if new is MISSING else 'null'} now"
    if attrs.has(type(old)):
        parts = "; ".join(str(part) for part in differences(old, new) if is_there(part.left))
        return f"it is not the same as before: {parts}"
    return f"it was {_word(old)}, and is {_word(new)} now"


def _word(value: Any) -> str:
    return timestamp_text(value) if isinstance(value, datetime) else shown(value)


def _changes_of_session(
    seen: _Seen[Any], position: Any, snapshot: ExchangeRestoreSession
) -> list[Finding]:
    """Return the findings about the session itself (rule H2)."""
    findings: list[Finding] = []
    for kept in OF_SESSION:
        before = seen.own.get(kept.attribute)
        value = said(snapshot, kept)
        if before is None or (value is MISSING and before.at != seen.at):  # it was missing before
            continue
        between = _Between(snapshot.id, before.at, position)
        if kept is LAST_MODIFIED:
            old, new = kept.value(before.value), kept.value(value) if is_there(value) else None
            if new is not None and new < old:
                message = f"{_word(new)} is before {_word(old)}, and time does not go back"
                findings.append(
                    between.changed(
                        "H2", kept, old, new, message=message, finer_rule="S6", stale=True
                    )
                )
        elif not (kept is JOB_TYPE and before.in_draft and _becomes_bulk(before.value, value)):
            findings += between.kept("H2", kept, before.value, value)
    return findings


def _becomes_bulk(old: Any, new: Any) -> bool:
    return (old, new) == (RestoreJobType.STANDARD, RestoreJobType.BULK)


def _changes_of_artifact(between: _Between, old: Any, new: Any) -> list[Finding]:
    """Return the findings about an artifact (rule H2)."""
    before, after = said(old, STATUS), said(new, STATUS)
    rows: tuple[KeptProperty, ...] = KEPT
    findings: list[Finding] = []
    if is_there(before) and not is_there(after):  # which is a status that was left out
        findings.append(between.changed("H2", STATUS, before, MISSING, old.id))
    elif is_there(before):
        old_status, new_status = known_status(before), known_status(after)
        started = is_there(said(old, START))
        refused = refusal(old_status, new_status, Reporter.OBSERVER, started=started)
        if refused is not None:
            findings.append(
                between.changed(
                    "H2",
                    STATUS,
                    before,
                    after,
                    old.id,
                    message=refused.message,
                    finer_rule=refused.rule,
                    stale=refused.stale,
                )
            )
        elif old_status in TERMINAL_ARTIFACT_STATUSES:
            rows = _ALL_KEPT
    for kept in rows:
        findings += between.kept("H2", kept, said(old, kept), said(new, kept), old.id)
    return findings


_ALL_KEPT: Final = (*KEPT, *KEPT_ONCE_TERMINAL)


def _changes_of_whole(
    between: _Between,
    before: ExchangeRestoreSession,
    after: ExchangeRestoreSession,
    found: Matched,
) -> list[Finding]:
    """Return findings about later additions, removals and changes in whole snapshots (rule H3)."""
    status = before.status
    if status is RestoreSessionStatus.DRAFT:
        return []
    findings = [
        between.finding(
            "H3",
            _collection_of(before, old.id),
            f"it was {known_status(old.status)}, and is missing now, though the session was "
            f"{status}",
            old=str(known_status(old.status)),
            new=MISSING,
            artifact_id=old.id,
        )
        for old in found.gone
    ]
    for new in () if ACTIVE in before.request_statuses else found.added:
        now = known_status(new.status)
        message = f"it is {now}, and was not there, though the session was {status}"
        collection = _collection_of(after, new.id)
        findings.append(
            between.finding(
                "H3", collection, message, old=MISSING, new=str(now), artifact_id=new.id
            )
        )
    if status in TERMINAL_SESSION_STATUSES:
        findings += _changes_of_ended(between, before, after, found)
    return findings


def _collection_of(session: ExchangeRestoreSession, artifact_id: str) -> str:
    granular = session.granular_mailbox_restore_artifacts
    return GRANULAR if granular is not None and artifact_id in granular.ids else WHOLE


def _changes_of_ended(
    between: _Between,
    before: ExchangeRestoreSession,
    after: ExchangeRestoreSession,
    found: Matched,
) -> list[Finding]:
    """Return findings about changes in a session that has ended, beyond those of H2 (rule H3)."""
    findings: list[Finding] = []
    for old, new in found.changed:
        for kept in CHOICE:
            findings += between.kept("H3", kept, said(old, kept), said(new, kept), old.id)
    findings += between.kept("H3", POLICY, said(before, POLICY), said(after, POLICY))
    findings += _changes_of_requests(between, before, after)
    is_filled_in = any(
        is_there(said(new, ERROR)) and not is_there(said(old, ERROR)) for old, new in found.changed
    )
    olds, news = (_declared(session, is_filled_in=is_filled_in) for session in (before, after))
    for name, old in olds.items():
        new = news.get(name)
        if old is not None and new is not None and less_said(old, new):
            findings.append(between.finding("H3", name, _in_words(old, new), old=old, new=new))
    return findings


def _changes_of_requests(
    between: _Between, before: ExchangeRestoreSession, after: ExchangeRestoreSession
) -> list[Finding]:
    """Return findings about bulk requests that were added or changed; one may be deleted."""
    olds, news = (
        {cell.id: str(request_status(cell.status)) for cell in requests.cells()}
        if (requests := session.mailbox_restore_artifacts_bulk_addition_requests) is not None
        else {}
        for session in (before, after)
    )
    if (
        before.mailbox_restore_artifacts_bulk_addition_requests is None
    ):  # the requests were left out
        return []
    return [
        between.finding(
            "H3",
            BULK_REQUESTS,
            f"the bulk request {shown(request_id)} was "
            f"{olds.get(request_id, 'not there')}, and is {status} now",
            old=olds.get(request_id, MISSING),
            new=status,
        )
        for request_id, status in news.items()
        if olds.get(request_id) != status
    ]


def _declared(session: ExchangeRestoreSession, *, is_filled_in: bool) -> dict[str, Any]:
    """Return what a session declares, without its error if that of an artifact was filled in."""
    declared: DeclaredProperties = session.declared or NOTHING_DECLARED
    status, count = declared.status, declared.restore_session_artifact_count
    found = {
        "status": None if status in {None, UNKNOWN} else str(status),
        "completedDateTime": declared.completed_date_time,
        "error": None if is_filled_in else declared.error,
    }
    return found | {
        f"restoreSessionArtifactCount.{name}": getattr(count, attribute, None)
        for attribute, name in _COUNTS.items()
    }


_COUNTS: Final = {
    "total": "total",
    "in_progress": "inProgress",
    "completed": "completed",
    "failed": "failed",
}
