"""Strategies for consistent sessions, and for deliberately inconsistent ones.

`restore_domain.audit` finds nothing in the former, and in the latter what was made wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from restore_domain.aggregation import DECISION_TABLE, KNOWN_STATUSES, aggregate
from restore_domain.lifecycle import STARTED_STATUSES
from restore_domain.model import (
    ExchangeRestoreSession,
    GranularMailboxRestoreArtifact,
    IdentitySet,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactsBulkAdditionRequest,
    PublicError,
    RestorePoint,
)
from restore_domain.model.lacking import GRANULAR, WHOLE
from restore_domain.status import (
    TERMINAL_ARTIFACT_STATUSES,
    ArtifactRestoreStatus,
    DestinationType,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestoreSessionStatus,
)
from restore_domain.verification.strategies.entities import entities, unknown_properties
from restore_domain.verification.strategies.values import keys, texts

__all__ = [
    "BROKEN_RULES",
    "consistent_artifacts",
    "consistent_granular_artifacts",
    "consistent_sessions",
    "inconsistent_sessions",
]

Case: TypeAlias = frozenset[ArtifactRestoreStatus]
"""The set of the statuses of a session's artifacts."""

FAILED: Final = ArtifactRestoreStatus.FAILED
UNKNOWN: Final = RestoreSessionStatus.UNKNOWN_FUTURE_VALUE


# Consistent ------------------------------------------------------------------------------------


def consistent_artifacts(
    status: ArtifactRestoreStatus | None = None,
) -> SearchStrategy[MailboxRestoreArtifact]:
    """Draw artifacts of whole mailboxes with exactly what their status requires (L5).

    They are in `status`, if it is given, or in any.
    """
    return _artifacts(st.sampled_from(ArtifactRestoreStatus) if status is None else st.just(status))


def consistent_granular_artifacts(
    status: ArtifactRestoreStatus | None = None,
) -> SearchStrategy[GranularMailboxRestoreArtifact]:
    """Draw artifacts of selected items with exactly what their status requires (L5)."""
    return st.builds(_granular, consistent_artifacts(status), st.none() | texts())


def consistent_sessions(
    status: RestoreSessionStatus | str | None = None, *, artifacts: bool = False
) -> SearchStrategy[ExchangeRestoreSession]:
    """Draw sessions in which `restore_domain.audit` finds nothing, in this status or in any.

    With `artifacts` each contains some. Raises ValueError for a text that is not a status.

    They are like sessions made here, or read with declared values that follow from the artifacts
    (S1a), or read without some of the artifacts or all (S8). Each status is as likely as any other,
    and so is each set of the artifacts' statuses that gives it. Some are bulk sessions, whose
    request is active or has ended.
    """
    if status is not None and status not in {*RestoreSessionStatus}:
        raise ValueError(f"{status!r} is not a status: {', '.join(RestoreSessionStatus)}")
    wanted = None if status is None else RestoreSessionStatus(status)
    made = _made(_cases(lambda _, found: wanted in {None, found}))
    sessions = _received(made | _made_in_bulk(wanted))
    return sessions.filter(lambda session: session.tally.total > 0) if artifacts else sessions


@st.composite
def _artifacts(draw: st.DrawFn, statuses: SearchStrategy[ArtifactRestoreStatus]) -> Any:
    destination = draw(_DESTINATIONS)
    artifact_id, point = draw(keys()), draw(keys())
    return _artifact(draw, artifact_id, draw(statuses), destination, point, draw(_MOMENTS))


def _cases(wanted: Callable[[Case, RestoreSessionStatus], bool]) -> list[list[Case]]:
    """Return these cases, grouped by the status of the session."""
    found: dict[RestoreSessionStatus, list[Case]] = {}
    for row in DECISION_TABLE:
        if wanted(row.statuses, row.status):
            found.setdefault(row.status, []).append(row.statuses)
    return list(found.values())


_DESTINATIONS: Final = st.none() | st.sampled_from(DestinationType)

_MOMENTS: Final = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)

_WHILES: Final = st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds))

_SECOND: Final = timedelta(seconds=1)


def _artifact(  # noqa: PLR0913, PLR0917 - what an artifact is made of
    draw: st.DrawFn,
    artifact_id: str,
    status: ArtifactRestoreStatus,
    destination: DestinationType | None,
    point: str,
    created: datetime,
) -> MailboxRestoreArtifact:
    """Draw an artifact with what its status requires."""
    started = status in STARTED_STATUSES or (status is FAILED and draw(st.booleans()))
    start = created + draw(_WHILES) if started else None
    ended = status in TERMINAL_ARTIFACT_STATUSES
    return MailboxRestoreArtifact(
        id=artifact_id,
        status=status,
        destination_type=destination,
        restore_point=RestorePoint(id=point),
        start_date_time=start,
        completion_date_time=(start or created) + draw(_WHILES) if ended else None,
        error=draw(entities(PublicError)) if status is FAILED else None,
        restored_folder_name=draw(st.none() | texts()) if started else None,
    )


def _granular(
    artifact: MailboxRestoreArtifact, search: str | None = None
) -> GranularMailboxRestoreArtifact:
    """Return the restore of selected items with the same progress."""
    attributes = {
        field.name: getattr(artifact, field.name) for field in attrs.fields(type(artifact))
    }
    return GranularMailboxRestoreArtifact(**attributes, search_response_id=search)


@st.composite
def _made(
    draw: st.DrawFn, cases: Sequence[Sequence[Case]], least: int = 0, *, whole: bool = False
) -> ExchangeRestoreSession:
    """Draw a session as it is made here, with the artifacts' statuses of one of these cases.

    All artifacts are of whole mailboxes, if that is requested.
    """
    chosen = draw(st.sampled_from(draw(st.sampled_from(cases))))
    case = [status for status in ArtifactRestoreStatus if status in chosen]
    more = st.lists(st.sampled_from(case), min_size=least, max_size=3) if case else st.just([])
    statuses = [*case, *draw(more)]
    size = len(statuses)
    ids, points = (
        draw(st.lists(keys(), min_size=size, max_size=size, unique=True)) for _ in range(2)
    )
    destination, created = draw(_DESTINATIONS), draw(_MOMENTS)
    artifacts = [
        _artifact(draw, artifact_id, status, destination, point, created)
        for artifact_id, status, point in zip(ids, statuses, points, strict=True)
    ]
    granular = 0 if least or whole else draw(st.integers(0, size))
    return ExchangeRestoreSession(
        id=draw(keys()),
        created_by=draw(_ACTORS),
        created_date_time=created,
        last_modified_by=draw(_ACTORS),
        last_modified_date_time=created + draw(_WHILES),
        restore_job_type=draw(_JOB_TYPES if granular else _WHOLE_JOB_TYPES),
        mailbox_restore_artifacts=artifacts[granular:],
        granular_mailbox_restore_artifacts=[*map(_granular, artifacts[:granular])] or None,
        additional_data=draw(unknown_properties(ExchangeRestoreSession)),
    )


_WHOLE_JOB_TYPES: Final = st.sampled_from([None, RestoreJobType.STANDARD])
_JOB_TYPES: Final = _WHOLE_JOB_TYPES | st.sampled_from(
    [RestoreJobType.GRANULAR, RestoreJobType.UNKNOWN_FUTURE_VALUE]
)
"""The job type of a complete session: a bulk session may have it until it has ended."""

_ACTORS: Final = st.none() | entities(IdentitySet)


# Bulk sessions

_ACTIVE: Final = RestoreArtifactsBulkRequestStatus.ACTIVE
_WITH_ERRORS: Final = RestoreArtifactsBulkRequestStatus.COMPLETED_WITH_ERRORS


@attrs.frozen
class _BulkCase:
    """What the status of a bulk session follows from (rules B3, B4 and B6)."""

    statuses: Case
    """The set of the statuses of its artifacts."""

    request: RestoreArtifactsBulkRequestStatus
    """The status of its request."""

    activated: bool
    """Whether it was activated."""

    @property
    def status(self) -> RestoreSessionStatus | None:
        """The status of the session; None if artifacts are missing."""
        if self.request is _ACTIVE:
            to_come = ArtifactRestoreStatus.SCHEDULING if self.activated else _ADDED
            return aggregate(self.statuses | {to_come})
        if self.statuses:
            return aggregate(self.statuses)
        return RestoreSessionStatus.FAILED if self.request is _WITH_ERRORS else None


_ADDED: Final = ArtifactRestoreStatus.ADDED

_BULK_CASES: Final = [
    case
    for row in DECISION_TABLE
    for request in (_ACTIVE, _WITH_ERRORS, RestoreArtifactsBulkRequestStatus.COMPLETED)
    for activated in (False, True)
    if activated or row.statuses <= {_ADDED}
    if (case := _BulkCase(row.statuses, request, activated)).status is not None
]
"""Every complete bulk session, by what its status follows from."""


@st.composite
def _made_in_bulk(draw: st.DrawFn, status: RestoreSessionStatus | None) -> ExchangeRestoreSession:
    """Draw a bulk session as it is made here, in this status or in any."""
    wanted = draw(st.sampled_from(RestoreSessionStatus)) if status is None else status
    case = draw(st.sampled_from([case for case in _BULK_CASES if case.status is wanted]))
    session = draw(_made([[case.statuses]], whole=True))
    requests = [draw(_requests(session.created_date_time, case.request))]
    return attrs.evolve(
        session,
        restore_job_type=draw(_BULK_JOB_TYPES),
        mailbox_restore_artifacts_bulk_addition_requests=requests,
        activated=case.activated,
    )


_BULK_JOB_TYPES: Final = st.sampled_from(
    [RestoreJobType.BULK, RestoreJobType.BULK, None, RestoreJobType.STANDARD]
)
"""The types that a session with a bulk request may declare (rule S9)."""


@st.composite
def _requests(
    draw: st.DrawFn, begun: Any, status: RestoreArtifactsBulkRequestStatus
) -> MailboxRestoreArtifactsBulkAdditionRequest:
    """Draw a bulk request in this status, of a session that was created at this time."""
    created = begun + draw(_WHILES)
    may_have_error = status is not RestoreArtifactsBulkRequestStatus.COMPLETED
    return MailboxRestoreArtifactsBulkAdditionRequest(
        id=draw(keys()),
        status=status,
        destination_type=draw(_DESTINATIONS),
        mailboxes=draw(st.none() | st.lists(texts(), max_size=3).map(tuple)),
        error=draw(st.none() | entities(PublicError)) if may_have_error else None,
        created_date_time=created,
        last_modified_date_time=created + draw(_WHILES),
        additional_data=draw(unknown_properties(MailboxRestoreArtifactsBulkAdditionRequest)),
    )


@st.composite
def _received(
    draw: st.DrawFn, made: SearchStrategy[ExchangeRestoreSession]
) -> ExchangeRestoreSession:
    """Draw a session as it is made here, or as it was read."""
    session = draw(made)
    how = draw(st.sampled_from(["made", "read", "read in part", "read without artifacts"]))
    if how == "made":
        return session
    session = attrs.evolve(session, declared=session.effective)
    if how == "read in part":
        return _in_part(draw, session)
    return session if how == "read" else _without_artifacts(session)


_LINKS: Final = tuple(f"{graph_name}@odata.nextLink" for graph_name in (WHOLE, GRANULAR))


def _in_part(draw: st.DrawFn, session: ExchangeRestoreSession) -> ExchangeRestoreSession:
    """Return the first artifacts of a session, with a link to the others."""
    whole: Any = session.mailbox_restore_artifacts
    data = {**session.additional_data, draw(st.sampled_from(_LINKS)): "https://example.com/next"}
    return attrs.evolve(
        session,
        mailbox_restore_artifacts=whole[: draw(st.integers(0, len(whole)))],
        additional_data=data,
    )


def _without_artifacts(session: ExchangeRestoreSession) -> ExchangeRestoreSession:
    return attrs.evolve(
        session, mailbox_restore_artifacts=None, granular_mailbox_restore_artifacts=None
    )


# Inconsistent ----------------------------------------------------------------------------------


def inconsistent_sessions(rule: str | None = None) -> SearchStrategy[ExchangeRestoreSession]:
    """Draw sessions in which `restore_domain.audit` finds that this rule is broken, or any.

    `rule` is one of `BROKEN_RULES`; ValueError for any other. One thing is wrong, which may break
    another rule as well.
    """
    if rule is None:
        return st.sampled_from(BROKEN_RULES).flatmap(inconsistent_sessions)
    if rule not in _BREAKING:
        raise ValueError(f"no session can break {rule}; expected one of {', '.join(_BREAKING)}")
    return _BREAKING[rule]()


_KNOWN: Final = _cases(lambda case, _: case <= KNOWN_STATUSES)
_NOT_EMPTY: Final = _cases(lambda case, _: bool(case) and case <= KNOWN_STATUSES)


def _declaring(session: ExchangeRestoreSession, **wrong: Any) -> ExchangeRestoreSession:
    return attrs.evolve(session, declared=attrs.evolve(session.effective, **wrong))


@st.composite
def _with_wrong_status(draw: st.DrawFn) -> ExchangeRestoreSession:
    session = draw(_made(_KNOWN))
    others = [status for status in RestoreSessionStatus if status not in {session.status, UNKNOWN}]
    return _declaring(session, status=draw(st.sampled_from(others)))


@st.composite
def _with_wrong_completion(draw: st.DrawFn) -> ExchangeRestoreSession:
    session = draw(_made(_KNOWN))
    last = session.completed_date_time
    wrong = [session.created_date_time] if last is None else [None, last + _SECOND]
    return _declaring(session, completed_date_time=draw(st.sampled_from(wrong)))


@st.composite
def _with_wrong_error(draw: st.DrawFn) -> ExchangeRestoreSession:
    session = draw(_made(_KNOWN))
    wrong = draw(entities(PublicError)) if session.error is None else None
    session = _declaring(session, error=wrong)
    return session if draw(st.booleans()) else _without_artifacts(session)


@st.composite
def _with_wrong_counts(draw: st.DrawFn) -> ExchangeRestoreSession:
    session: Any = draw(_made(_KNOWN))
    count = session.restore_session_artifact_count
    name = draw(st.sampled_from(["total", "in_progress", "completed", "failed"]))
    # a total that is too great shows that artifacts are missing, and contradicts nothing
    differences = [-1] if name == "total" else [1, -1, 10]
    wrong = getattr(count, name) + draw(st.sampled_from(differences))
    return _declaring(session, restore_session_artifact_count=attrs.evolve(count, **{name: wrong}))


@st.composite
def _changed_before_it_was_created(draw: st.DrawFn) -> ExchangeRestoreSession:
    session = draw(_received(_made(_KNOWN) | _made_in_bulk(None)))
    created: Any = session.created_date_time
    before = created - _SECOND - draw(_WHILES)
    return attrs.evolve(session, last_modified_date_time=before)


@st.composite
def _with_a_wrong_artifact(draw: st.DrawFn) -> ExchangeRestoreSession:
    session = draw(_made(_NOT_EMPTY))
    artifacts = list(session.artifacts)
    place = draw(st.integers(0, len(artifacts) - 1))
    artifact: Any = artifacts[place]
    names = ["completion_date_time", "error"]
    if artifact.status is not FAILED:  # which may come before the start
        names.append("start_date_time")
    name = draw(st.sampled_from(names))
    given = PublicError(code="UnknownError") if name == "error" else session.created_date_time
    wrong = given if getattr(artifact, name) is None else None
    return _with_artifact(session, attrs.evolve(artifact, **{name: wrong}))


def _with_artifact(
    session: ExchangeRestoreSession, artifact: MailboxRestoreArtifact
) -> ExchangeRestoreSession:
    """Return the session with this artifact instead of the one with the same id."""

    def renewed(collection: Iterable[Any] | None) -> list[Any] | None:
        return (
            [artifact if old.id == artifact.id else old for old in collection]
            if collection
            else None
        )

    return attrs.evolve(
        session,
        mailbox_restore_artifacts=renewed(session.mailbox_restore_artifacts),
        granular_mailbox_restore_artifacts=renewed(session.granular_mailbox_restore_artifacts),
    )


@st.composite
def _with_artifacts_that_do_not_agree(draw: st.DrawFn) -> ExchangeRestoreSession:
    session = draw(_made(_NOT_EMPTY, least=1))
    first, other, *_ = session.artifacts
    if draw(st.booleans()):
        return _with_artifact(session, attrs.evolve(other, restore_point=first.restore_point))
    new, in_place = DestinationType.NEW, DestinationType.IN_PLACE
    session = _with_artifact(session, attrs.evolve(first, destination_type=new))
    return _with_artifact(session, attrs.evolve(other, destination_type=in_place))


_BREAKING: Final[Mapping[str, Callable[[], SearchStrategy[ExchangeRestoreSession]]]] = (
    MappingProxyType(
        {
            "S1": _with_wrong_status,
            "S3": _with_wrong_completion,
            "S4": _with_wrong_error,
            "S5": _with_wrong_counts,
            "S6": _changed_before_it_was_created,
            "L5": _with_a_wrong_artifact,
            "O1": _with_artifacts_that_do_not_agree,
        }
    )
)

BROKEN_RULES: Final = tuple(_BREAKING)
"""The rules that a session can break by itself: those that `restore_domain.audit` reports."""
