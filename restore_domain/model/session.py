"""The restore session (Graph's restoreSessionBase and exchangeRestoreSession; rules S1-S5).

Status, counts, completed time and error are never stored; they are derived from the artifacts. The
values that were declared for them on the wire are stored separately, in `DeclaredProperties`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from itertools import chain
from operator import eq
from typing import Any, Final, TypeVar, overload

import attrs

from restore_domain.aggregation import Explanation, StatusTally
from restore_domain.html_table import html_table
from restore_domain.model.addition_index import AdditionIndex
from restore_domain.model.artifact import (
    ARTIFACTS,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
)
from restore_domain.model.bulk_request import (
    UNCLEAR,
    UNKNOWN_ERROR,
    MailboxRestoreArtifactsBulkAdditionRequest,
    common_code,
    request_status,
    with_requests,
)
from restore_domain.model.collection import EntityCollection, collection_of
from restore_domain.model.graph_name import graph_name
from restore_domain.model.identity import IdentitySet
from restore_domain.model.json_value import NO_DATA, JsonObject, frozen_object
from restore_domain.model.lacking import NO_EVIDENCE, Evidence, evidence_in
from restore_domain.model.public_error import PublicError, PublicErrorDetail
from restore_domain.model.timestamp import is_before, moment_in, point_in_time, with_fixed_offset
from restore_domain.model.validators import (
    Key,
    a,
    int32,
    key,
    optional,
)
from restore_domain.status import (
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestoreSessionStatus,
)

__all__ = [
    "ARTIFACT_COLLECTIONS",
    "DERIVED_PROPERTIES",
    "STATUSES_WITH_ERROR",
    "UNDER_WAY",
    "DeclaredProperties",
    "ExchangeRestoreSession",
    "RestoreSessionArtifactCount",
    "RestoreSessionBase",
]

STATUSES_WITH_ERROR: Final = frozenset(
    {RestoreSessionStatus.FAILED, RestoreSessionStatus.COMPLETED_WITH_ERROR}
)
"""A session has an error exactly in these statuses (rule S4)."""

ARTIFACT_COLLECTIONS: Final = ("mailbox_restore_artifacts", "granular_mailbox_restore_artifacts")
"""The attributes of a session that contain artifacts."""

BULK: Final = RestoreJobType.BULK


@attrs.frozen(kw_only=True, weakref_slot=False)
class RestoreSessionArtifactCount:
    """The number of artifacts of a session, in total and by progress (rule S5)."""

    total: int | None = attrs.field(default=None, validator=optional(int32))
    """All of them."""

    in_progress: int | None = attrs.field(default=None, validator=optional(int32))
    """Those that were activated and are not known to have ended: scheduling, scheduled,
    inProgress and unknownFutureValue."""

    completed: int | None = attrs.field(default=None, validator=optional(int32))
    """Those in succeeded."""

    failed: int | None = attrs.field(default=None, validator=optional(int32))
    """Those in failed."""

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class DeclaredProperties:
    """The declared values of properties that are derived from the artifacts (rules S1 and S1a).

    A property that was not declared is None.
    """

    status: RestoreSessionStatus | None = attrs.field(
        default=None, validator=optional(a(RestoreSessionStatus))
    )
    """The declared status."""

    completed_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """The declared time of completion."""

    error: PublicError | None = attrs.field(default=None, validator=optional(a(PublicError)))
    """The declared error."""

    restore_session_artifact_count: RestoreSessionArtifactCount | None = attrs.field(
        default=None, validator=optional(a(RestoreSessionArtifactCount))
    )
    """The declared counts."""


DERIVED_PROPERTIES: Final = frozenset(
    [graph_name(field) for field in attrs.fields(DeclaredProperties)]
)
"""The Graph names of the properties that are derived from the artifacts (rules S1a and S3-S5)."""

NOTHING_DECLARED: Final = DeclaredProperties()
"""The value for a session without declared properties."""


@attrs.frozen(kw_only=True, weakref_slot=False)
class RestoreSessionBase:
    """A restore session without its artifacts, which has the declared values.

    Two are equal if they have equal contents and equal effective values: a session that declares
    exactly what follows from its artifacts equals one that declares nothing (rules S1a and W1).
    """

    id: Key = attrs.field(validator=key)
    """The key of the session."""

    created_by: IdentitySet | None = attrs.field(default=None, validator=optional(a(IdentitySet)))
    """Who created it."""

    created_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it was created."""

    last_modified_by: IdentitySet | None = attrs.field(
        default=None, validator=optional(a(IdentitySet))
    )
    """Who changed it last (rule S6)."""

    last_modified_date_time: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(with_fixed_offset),
        validator=optional(point_in_time),
    )
    """When it was changed last; never moves backwards (rule S6)."""

    restore_job_type: RestoreJobType | None = attrs.field(
        default=None, validator=optional(a(RestoreJobType))
    )
    """How artifacts are added to it."""

    policy_id: str | None = attrs.field(default=None, validator=optional(a(str)))
    """The protection policy of its artifacts (beta)."""

    declared: DeclaredProperties | None = attrs.field(
        default=None, validator=optional(a(DeclaredProperties)), eq=False
    )
    """The declared values of derived properties, as long as the session is as it was read.

    None if the session was not read from the wire, or was changed by an operation; but if artifacts
    are missing, an operation keeps it, except for the values that it makes untrue (rules S1a and
    S8).
    """

    additional_data: JsonObject = attrs.field(default=NO_DATA, converter=frozen_object)
    """Properties of the document that the attributes can't represent; see `JsonObject`."""

    @property
    def effective(self) -> DeclaredProperties:
        """The derived properties as they are written: declared, or else derived (rule S1a)."""
        return self.declared or DeclaredProperties(
            status=self.status,
            completed_date_time=self.completed_date_time,
            error=self.error,
            restore_session_artifact_count=self.restore_session_artifact_count,
        )

    def __eq__(self, other: object) -> bool:
        """Compare the contents and the effective values."""
        if not isinstance(other, RestoreSessionBase) or type(self) is not type(other):
            return NotImplemented
        return _contents(self) == _contents(other) and self.effective == other.effective

    def __hash__(self) -> int:
        """Be consistent with equality."""
        return hash(_contents(self))

    @property
    def status(self) -> RestoreSessionStatus:
        """The declared status; unknownFutureValue if there is none."""
        declared = self.declared or NOTHING_DECLARED
        return declared.status or RestoreSessionStatus.UNKNOWN_FUTURE_VALUE

    @property
    def completed_date_time(self) -> datetime | None:
        """When the last artifact became terminal; None before that (rule S3)."""
        return (self.declared or NOTHING_DECLARED).completed_date_time

    @property
    def error(self) -> PublicError | None:
        """Why the session failed, or completed with error; None otherwise (rule S4)."""
        return (self.declared or NOTHING_DECLARED).error

    @property
    def restore_session_artifact_count(self) -> RestoreSessionArtifactCount | None:
        """The number of artifacts by progress (rule S5)."""
        return (self.declared or NOTHING_DECLARED).restore_session_artifact_count

    def __repr__(self) -> str:
        """Show in one line which session it is, and its status."""
        return f"<{type(self).__name__} {self.id!r} {self.status.value}>"


def _contents(session: RestoreSessionBase) -> tuple[object, ...]:
    """Return the values of all attributes except those that are declared or derived."""
    return tuple(getattr(session, field.name) for field in attrs.fields(type(session)) if field.eq)


def known_status(text: Any) -> ArtifactRestoreStatus:
    """Return the status of an artifact for its text; unknownFutureValue if it is not known (W2)."""
    return _KNOWN_STATUSES.get(text, ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE)


_KNOWN_STATUSES: Final = {status.value: status for status in ArtifactRestoreStatus}


def tally_of(*collections: EntityCollection[Any] | None) -> StatusTally:
    """Count the statuses of the artifacts of these collections, without making entities."""
    cells = chain.from_iterable(found.cells() for found in collections if found is not None)
    counted = Counter([cell.status for cell in cells])
    counts: Counter[ArtifactRestoreStatus] = Counter()
    for text, count in counted.items():
        counts[known_status(text)] += count
    return StatusTally.of_counts(counts)


def cells_of(session: ExchangeRestoreSession) -> Iterator[Any]:
    """Iterate over the artifacts of a session, as they were parsed if they were never accessed."""
    both = session.mailbox_restore_artifacts, session.granular_mailbox_restore_artifacts
    return chain.from_iterable(found.cells() for found in both if found is not None)


def in_both(
    whole: EntityCollection[Any] | None, granular: EntityCollection[Any] | None
) -> str | None:
    """Return an id that is in both collections: a report could not distinguish the artifacts."""
    if not whole or not granular:
        return None
    return next((entity_id for entity_id in granular.ids if entity_id in whole.ids), None)


def statuses_of(
    requests: EntityCollection[Any] | None,
) -> frozenset[RestoreArtifactsBulkRequestStatus]:
    """Return the statuses of bulk requests, without making entities."""
    if requests is None:
        return NO_REQUESTS
    return frozenset([request_status(cell.status) for cell in requests.cells()])


NO_REQUESTS: Final[frozenset[RestoreArtifactsBulkRequestStatus]] = frozenset()
"""The statuses of the bulk requests of a session that has none."""


def was_activated(declared: DeclaredProperties | None, tally: StatusTally) -> bool:
    """Return whether a session was activated when it was read (rule B6).

    It was if an artifact is beyond added, or if a status other than draft is declared.
    """
    status = None if declared is None else declared.status
    return tally.status is not RestoreSessionStatus.DRAFT or status not in _NOT_ACTIVATED


_NOT_ACTIVATED: Final = frozenset({None, RestoreSessionStatus.DRAFT})

_Entity = TypeVar("_Entity", MailboxRestoreArtifact, MailboxRestoreArtifactsBulkAdditionRequest)


def _collected(
    entities: Iterable[_Entity] | None, kind: type[_Entity]
) -> EntityCollection[_Entity] | None:
    """Make a collection of entities; leave anything else for the validator to refuse."""
    if type(entities) is EntityCollection or not isinstance(entities, Iterable):
        return entities
    members = tuple(entities)
    if all(isinstance(entity, kind) for entity in members):
        return EntityCollection(members)
    return members  # type: ignore[return-value]


def _whole(
    artifacts: Iterable[MailboxRestoreArtifact] | None,
) -> EntityCollection[MailboxRestoreArtifact] | None:
    return _collected(artifacts, MailboxRestoreArtifact)


def _granular(
    artifacts: Iterable[GranularMailboxRestoreArtifact] | None,
) -> EntityCollection[GranularMailboxRestoreArtifact] | None:
    return _collected(artifacts, MailboxRestoreArtifact)  # type: ignore[return-value]


def _requests(
    requests: Iterable[MailboxRestoreArtifactsBulkAdditionRequest] | None,
) -> EntityCollection[MailboxRestoreArtifactsBulkAdditionRequest] | None:
    return _collected(requests, MailboxRestoreArtifactsBulkAdditionRequest)


class Artifacts(Sequence[MailboxRestoreArtifact]):
    """The artifacts of both collections of a session, those of whole mailboxes first."""

    __slots__ = ("_collections",)

    def __init__(self, *collections: EntityCollection[Any] | None) -> None:
        """Read these collections one after the other."""
        self._collections = tuple(found for found in collections if found is not None)

    def __len__(self) -> int:
        """Return how many artifacts there are."""
        return sum(map(len, self._collections))

    def __iter__(self) -> Iterator[MailboxRestoreArtifact]:
        """Iterate over the artifacts."""
        return chain.from_iterable(self._collections)

    @overload
    def __getitem__(self, index: int) -> MailboxRestoreArtifact: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[MailboxRestoreArtifact, ...]: ...
    def __getitem__(
        self, index: int | slice
    ) -> MailboxRestoreArtifact | tuple[MailboxRestoreArtifact, ...]:
        """Return one artifact by index, or a tuple of several."""
        places = range(len(self))[index]
        if isinstance(places, range):
            return tuple([self[place] for place in places])
        collection = self._collections[0]
        if places >= len(collection):  # there are two at most
            places -= len(collection)
            collection = self._collections[1]
        found: MailboxRestoreArtifact = collection[places]
        return found

    def where(self, accepts: Callable[[Any], bool]) -> Iterator[MailboxRestoreArtifact]:
        """Iterate over the accepted artifacts, as they were parsed if they were never accessed."""
        for collection in self._collections:
            yield from collection.where(accepts)

    def __eq__(self, other: object) -> bool:
        """Compare the artifacts in order."""
        if not isinstance(other, Artifacts):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    def __hash__(self) -> int:
        """Be consistent with equality."""
        return hash(tuple(self))

    def __repr__(self) -> str:
        """Show the collections."""
        return f"<Artifacts {', '.join(map(repr, self._collections))}>"


@attrs.frozen(kw_only=True, weakref_slot=False, eq=False)
class ExchangeRestoreSession(RestoreSessionBase):
    """A restore session of mailboxes.

    A service sends the artifacts only to a client that asks for them, and not always all of them.
    If there is no evidence that some are missing, status, counts, completed time and error are
    derived from the artifacts. If there is (`lacks`), the status is what is certain or else the
    declared one, and the other properties are as declared (rule S8).
    """

    mailbox_restore_artifacts: EntityCollection[MailboxRestoreArtifact] | None = attrs.field(
        default=None, converter=_whole, validator=optional(collection_of(ARTIFACTS))
    )
    """The artifacts that restore whole mailboxes, or None if the collection is absent."""

    granular_mailbox_restore_artifacts: EntityCollection[GranularMailboxRestoreArtifact] | None = (
        attrs.field(
            default=None,
            converter=_granular,
            validator=optional(collection_of(GranularMailboxRestoreArtifact)),
        )
    )
    """The artifacts that restore selected items, or None. They count like the others (rule S2)."""

    mailbox_restore_artifacts_bulk_addition_requests: (
        EntityCollection[MailboxRestoreArtifactsBulkAdditionRequest] | None
    ) = attrs.field(
        default=None,
        converter=_requests,
        validator=optional(collection_of(MailboxRestoreArtifactsBulkAdditionRequest)),
    )
    """The bulk requests that add artifacts, or None if the collection is absent (rules B1-B6)."""

    activated: bool = attrs.field(default=False, validator=a(bool), eq=False)
    """Whether it was activated, which the artifacts of a bulk session may not show (rule B6)."""

    request_statuses: frozenset[RestoreArtifactsBulkRequestStatus] = attrs.field(
        init=False, eq=False
    )
    """The statuses of its bulk requests; derived from them."""

    tally: StatusTally = attrs.field(init=False, eq=False)
    """How many artifacts are in each status."""

    addition_index: AdditionIndex | None = attrs.field(init=False, default=None, eq=False)
    """The index for checking the next addition, if an earlier addition has made it; derived from
    the artifacts.
    """

    def __attrs_post_init__(self) -> None:
        """Count, and refuse two artifacts with the same id: a report could not distinguish them."""
        whole, granular = self.mailbox_restore_artifacts, self.granular_mailbox_restore_artifacts
        requests = self.mailbox_restore_artifacts_bulk_addition_requests
        tally = tally_of(whole, granular)
        object.__setattr__(self, "tally", tally)
        object.__setattr__(self, "request_statuses", statuses_of(requests))
        if was_activated(self.declared, tally):
            object.__setattr__(self, "activated", True)
        twice = in_both(whole, granular)
        if twice is not None:
            raise ValueError(f"two artifacts have the id {twice!r}")

    @property
    def artifacts(self) -> Sequence[MailboxRestoreArtifact]:
        """Every artifact in the session, those of whole mailboxes first (rule S2)."""
        return Artifacts(self.mailbox_restore_artifacts, self.granular_mailbox_restore_artifacts)

    def artifacts_in(self, *statuses: ArtifactRestoreStatus) -> Iterator[MailboxRestoreArtifact]:
        """Iterate over the artifacts in one of these statuses, without looking at others.

        Raises ValueError for anything that is not a status.
        """
        wanted = frozenset(map(ArtifactRestoreStatus, statuses))
        both = Artifacts(self.mailbox_restore_artifacts, self.granular_mailbox_restore_artifacts)
        return both.where(lambda cell: known_status(cell.status) in wanted)

    def artifact(self, artifact_id: str) -> MailboxRestoreArtifact | None:
        """Return the artifact with this id, or None if there is none."""
        whole, granular = self.mailbox_restore_artifacts, self.granular_mailbox_restore_artifacts
        found = None if whole is None else whole.by_id(artifact_id)
        if found is None and granular is not None:
            return granular.by_id(artifact_id)
        return found

    @property
    def lacks(self) -> tuple[Evidence, ...]:
        """The evidence that artifacts of the session are missing; empty if there is none (S8)."""
        if (
            self.declared is None
            and self.additional_data is NO_DATA
            and self.mailbox_restore_artifacts is not None
            and (
                (self.restore_job_type in NO_EVIDENCE and not self.request_statuses)
                or self._is_bulk_without_evidence
            )
        ):  # as in most sessions after a change: there is nothing that could be evidence
            return ()
        return evidence_in(self)  # pyright: ignore[reportArgumentType] - it takes a converter for the type

    @property
    def _is_bulk_without_evidence(self) -> bool:
        """Whether it has artifacts, and bulk requests whose status is clear."""
        return (
            self.restore_job_type is BULK
            and bool(self.mailbox_restore_artifacts)
            and self.mailbox_restore_artifacts_bulk_addition_requests is not None
            and self.request_statuses.isdisjoint(UNCLEAR)
        )

    @property
    def is_bulk(self) -> bool:
        """Whether bulk requests add its artifacts: by its type, or because it has one (S9)."""
        return self.restore_job_type is BULK or bool(self.request_statuses)

    @property
    def effective_tally(self) -> StatusTally:
        """The counts that are aggregated: artifacts, and what bulk requests count as (B3, B4)."""
        if self.restore_job_type is not BULK and not self.request_statuses:
            return self.tally
        return with_requests(
            self.tally,
            self.request_statuses,
            is_bulk=True,
            activated=self.activated,
            declared=(self.declared or NOTHING_DECLARED).status,
        )

    @property
    def explanation(self) -> Explanation:
        """The status that the artifacts give, and the rule (rules A1-A10).

        Missing artifacts count as unknownFutureValue. If that leaves the status open, the session
        may still have the declared one (rule S8).
        """
        tally = self.effective_tally
        return tally.explanation_with_more if self.lacks else tally.explanation

    @property
    def status(self) -> RestoreSessionStatus:
        """The aggregate of the artifacts (rule S1).

        If artifacts are missing, it is what is certain, or else the declared status if that can be
        true, or else unknownFutureValue (rule S8).
        """
        tally = self.tally
        if (
            self.request_statuses or self.restore_job_type is BULK
        ):  # true for hardly any session: this property is read often
            tally = self.effective_tally
        if not self.lacks:
            return tally.status
        return tally.status_with_more((self.declared or NOTHING_DECLARED).status)

    @property
    def completed_date_time(self) -> datetime | None:
        """The latest completion of an artifact, once all are terminal (rule S3).

        If bulk requests added no artifact, it is the latest change of a request (rule B4).
        """
        if self.lacks:
            return super().completed_date_time
        if self.effective_tally.status not in TERMINAL_SESSION_STATUSES:
            return None
        if not self.tally.total:
            changes = (request.last_modified_date_time for request in self._requests)
            last = max((time for time in changes if time is not None), default=None)
            return super().completed_date_time if last is None else last
        times = filter(None, [cell.completion_date_time for cell in cells_of(self)])
        last = reduce(_later, times, None)
        return None if last is None else moment_in(last)

    @property
    def _requests(self) -> Iterable[MailboxRestoreArtifactsBulkAdditionRequest]:
        return self.mailbox_restore_artifacts_bulk_addition_requests or ()

    @property
    def error(self) -> PublicError | None:
        """An error with a detail per failed artifact, if all are terminal and one failed (rule S4).

        Its code is that of the failed artifacts if they agree, else UnknownError, which is also the
        code in the detail of an artifact that failed without an error (rule L5). If bulk requests
        added no artifact, the error is made from their errors (rule B4).
        """
        if self.lacks:
            return super().error
        if self.effective_tally.status not in STATUSES_WITH_ERROR:
            return None
        if not self.tally.total:
            return self._error_of_requests
        details = tuple(
            PublicErrorDetail(
                code=artifact.error.code if artifact.error else UNKNOWN_ERROR,
                message=artifact.error.message if artifact.error else None,
                target=artifact.id,
            )
            for artifact in self.artifacts_in(ArtifactRestoreStatus.FAILED)
        )
        return PublicError(
            code=common_code(detail.code for detail in details),
            message=f"{len(details)} of {self.tally.total} artifacts failed to be restored",
            target=self.id,
            details=details,
        )

    @property
    def _error_of_requests(self) -> PublicError:
        """The errors of the bulk requests as one; as declared if they have none (rule B4)."""
        errors = [request.error for request in self._requests if request.error is not None]
        declared = super().error
        if not errors and declared is not None:
            return declared
        return PublicError(
            code=common_code(error.code for error in errors),
            message="no mailbox could be resolved, so that nothing was restored",
            target=self.id,
            details=tuple(detail for error in errors for detail in error.details or ()),
        )

    @property
    def restore_session_artifact_count(self) -> RestoreSessionArtifactCount | None:
        """The number of artifacts, by progress (rule S5)."""
        if self.lacks:
            return super().restore_session_artifact_count
        return RestoreSessionArtifactCount(
            total=self.tally.total,
            in_progress=sum(self.tally[status] for status in UNDER_WAY),
            completed=self.tally[ArtifactRestoreStatus.SUCCEEDED],
            failed=self.tally[ArtifactRestoreStatus.FAILED],
        )

    def __repr__(self) -> str:
        """Show the status and the artifacts on one line: each if there are few, else counts."""
        lacks = self.lacks
        if lacks and not self.tally.total:
            contained = "artifacts not sent"
        elif self.tally.total <= _SHOWN:
            each_one = (f"{artifact.id!r} {artifact.status.value}" for artifact in self.artifacts)
            contained = f"artifacts: {', '.join(each_one) or 'none'}"
        else:
            contained = f"{self.tally.total:,} artifacts: {self.tally!r}"
        if lacks and self.tally.total:
            contained += ", and more not sent"
        return f"<{type(self).__name__} {self.id!r} {self.status.value}, {contained}>"

    def _repr_html_(self) -> str:
        """Show in a notebook how many artifacts are in each status, and the errors of the first."""
        more = "; artifacts are missing" * bool(self.lacks)
        counts = html_table(
            f"Session {self.id}: {self.status}{more}",
            ("status", "artifacts"),
            [
                (status, self.tally[status])
                for status in ArtifactRestoreStatus
                if self.tally[status]
            ],
        )
        if not self.tally[ArtifactRestoreStatus.FAILED]:
            return counts
        failures = (
            (
                artifact.id,
                artifact.error and artifact.error.code,
                artifact.error and artifact.error.message,
            )
            for artifact in self.artifacts_in(ArtifactRestoreStatus.FAILED)
        )
        return counts + html_table("Failed", ("id", "code", "message"), failures)


def _later(one: Any, other: Any) -> Any:
    return other if one is None or is_before(one, other) else one


UNDER_WAY: Final = (
    ArtifactRestoreStatus.SCHEDULING,
    ArtifactRestoreStatus.SCHEDULED,
    ArtifactRestoreStatus.IN_PROGRESS,
    ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE,
)
"""The statuses that restoreSessionArtifactCount counts as inProgress (rule S5)."""

_SHOWN: Final = 8
"""How many artifacts a `repr` names: a session may have a million."""
