"""The errors of the operations: what was wrong, where, which rule, and what to do.

`CATALOGUE` declares which operation refuses what, with which code and HTTP status. The cases of an
operation are in the order in which they are checked, so that the error is deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import attrs

from restore_domain.model.history import Finding
from restore_domain.model.public_error import PublicError, PublicErrorDetail
from restore_domain.model.validators import shown

__all__ = [
    "ARTIFACT_ERROR_CODES",
    "CATALOGUE",
    "BatchRefusedError",
    "ErrorCase",
    "Operation",
    "RestoreDomainError",
    "SnapshotRefusedError",
    "refusal_of",
]


class Operation(StrEnum):
    """The operations on a root."""

    CREATE = "create"
    GET = "get"
    LIST = "list"
    UPDATE = "update"
    ACTIVATE = "activate"
    DELETE = "delete"
    LIST_ARTIFACTS = "listArtifacts"
    LIST_GRANULAR_ARTIFACTS = "listGranularArtifacts"
    CREATE_ARTIFACT = "createArtifact"
    RECORD = "record"
    OBSERVE = "observe"
    EXPIRE = "expire"
    CREATE_BULK_REQUEST = "createBulkRequest"
    GET_BULK_REQUEST = "getBulkRequest"
    LIST_BULK_REQUESTS = "listBulkRequests"
    DELETE_BULK_REQUEST = "deleteBulkRequest"
    RESOLVE_BULK_REQUEST = "resolveBulkRequest"


@attrs.frozen
class ErrorCase:
    """One reason for which an operation refuses."""

    operation: Operation
    """The operation."""

    code: str
    """The service's code."""

    http_status: int
    """The HTTP status for this code."""

    rule: str
    """The id of the rule for this refusal."""

    when: str
    """What is refused, in words."""


def _cases(operation: Operation, rule: str, *cases: tuple[str, int, str]) -> tuple[ErrorCase, ...]:
    return tuple(ErrorCase(operation, code, status, rule, when) for code, status, when in cases)


_INVALID_ID: Final = (
    "InvalidRestoreSessionId",
    400,
    "the session id is not a text, is blank, or has unprintable characters",
)
_NOT_FOUND: Final = ("RestoreSessionNotFound", 404, "there is no session with this id")
_NOT_DRAFT: Final = (
    "RestoreSessionActionNotAllowed",
    403,
    "the session is not a draft, or it lacks artifacts (S8)",
)
_NOT_EXTENDABLE: Final = (
    "RestoreSessionActionNotAllowed",
    403,
    "the session is not a draft, it lacks artifacts (S8), or it is a bulk session",
)
_PATH_TYPE: Final = ("InvalidPathType", 400, "a destinationType is missing, or not new or inPlace")
_RESTORE_POINT: Final = (
    "InvalidRestorePoint",
    400,
    "a restore point is missing, or its key is invalid",
)
_DIFFERENT: Final = (
    "DifferentRestoreDestinationType",
    400,
    "not all artifacts, including those of the session, have the same destinationType",
)
_DUPLICATE: Final = (
    "DuplicateArtifactInList",
    400,
    "a restore point (for granular artifacts with its search) occurs twice, or is in the session",
)
_PAGING: Final = ("InvalidRequest", 400, "the page size or the continuation token is invalid")
_INVALID_BULK_ID: Final = (
    "InvalidBulkRestoreArtifactId",
    400,
    "the id of the bulk request is not a text, is blank, or has unprintable characters",
)
_BULK_NOT_FOUND: Final = (
    "BulkRestoreArtifactsNotFound",
    404,
    "the session has no bulk request with this id",
)

CATALOGUE: Final = (
    *_cases(
        Operation.CREATE,
        "O1",
        (
            "InvalidArtifactRequest",
            400,
            "the body is malformed, a list is null or empty, there are two, or one mixes kinds",
        ),
        ("RestoreArtifactsLimitBreached", 413, "there are more artifacts than a request may have"),
        _PATH_TYPE,
        _RESTORE_POINT,
        _DIFFERENT,
        _DUPLICATE,
    ),
    *_cases(Operation.GET, "O2", _INVALID_ID, _NOT_FOUND),
    *_cases(Operation.LIST, "O2", _PAGING),
    *_cases(Operation.LIST_ARTIFACTS, "O2", _INVALID_ID, _NOT_FOUND, _PAGING),
    *_cases(Operation.LIST_GRANULAR_ARTIFACTS, "O2", _INVALID_ID, _NOT_FOUND, _PAGING),
    *_cases(
        Operation.UPDATE,
        "O3",
        _INVALID_ID,
        _NOT_FOUND,
        _NOT_EXTENDABLE,
        ("InvalidPatchRequest", 400, "the body or an entry of it is malformed"),
        (
            "InvalidArtifactRequest",
            400,
            "there is no list or policyId, a list is null or empty, there are two, or kinds mix",
        ),
        ("RestoreArtifactsLimitBreached", 400, "there are more entries than a request may have"),
        _PATH_TYPE,
        _RESTORE_POINT,
        _DUPLICATE,
        _DIFFERENT,
    ),
    *_cases(
        Operation.ACTIVATE,
        "O4",
        _INVALID_ID,
        _NOT_FOUND,
        _NOT_DRAFT,
        ("InvalidArtifactRequest", 400, "the session has nothing to restore"),
        ("TooManyActiveRestoreSessions", 500, "the maximum number of sessions is active already"),
    ),
    *_cases(
        Operation.DELETE,
        "O5",
        _INVALID_ID,
        _NOT_FOUND,
        _NOT_DRAFT,
        (
            "IncompleteArtifactDeletion",
            500,
            "the embedder could not delete every artifact from its store",
        ),
    ),
    *_cases(
        Operation.CREATE_ARTIFACT,
        "O6",
        _INVALID_ID,
        _NOT_FOUND,
        _NOT_EXTENDABLE,
        (
            "InvalidArtifactRequest",
            400,
            "the body is malformed, or the artifact or an artifact of the session is granular",
        ),
        _PATH_TYPE,
        _RESTORE_POINT,
        _DUPLICATE,
        _DIFFERENT,
    ),
    *_cases(
        Operation.RECORD,
        "O7",
        _INVALID_ID,
        _NOT_FOUND,
        (
            "InvalidArtifactRequest",
            400,
            (
                "a time has no offset, a status without results has one (O9), a driver's "
                "failure has no error, or another status has one (L5)"
            ),
        ),
        ("ArtifactNotFound", 404, "the session has no artifact with this id"),
        (
            "RestoreSessionActionNotAllowed",
            403,
            "the artifact can't change to this status (L2, L4)",
        ),
    ),
    *_cases(
        Operation.CREATE_BULK_REQUEST,
        "B1",
        _INVALID_ID,
        _NOT_FOUND,
        (
            "RestoreSessionActionNotAllowed",
            403,
            (
                "the session is not a draft, lacks artifacts (S8), contains artifacts or is "
                "granular, "
                "or has a bulk request already"
            ),
        ),
        (
            "BulkRestoreInvalidCreateRequest",
            400,
            (
                "the body is null or malformed, asks for no mailbox, has protectionUnitIds, an "
                "unknown preference or tag, a blank directory object, or a period that ends before "
                "it starts"
            ),
        ),
        _PATH_TYPE,
        (
            "BulkRestoreRestorationResourcesCountExceedsLimit",
            400,
            "there are more mailboxes and directory objects than a bulk request may have",
        ),
        (
            "BulkRestoreInvalidCreateRequestUserEmail",
            400,
            "a mailbox is null, blank, or does not consist of two parts around one @",
        ),
    ),
    *_cases(
        Operation.GET_BULK_REQUEST, "B2", _INVALID_ID, _NOT_FOUND, _INVALID_BULK_ID, _BULK_NOT_FOUND
    ),
    *_cases(Operation.LIST_BULK_REQUESTS, "B2", _INVALID_ID, _NOT_FOUND, _PAGING),
    *_cases(
        Operation.DELETE_BULK_REQUEST,
        "B2",
        _INVALID_ID,
        _NOT_FOUND,
        _INVALID_BULK_ID,
        _BULK_NOT_FOUND,
        (
            "InvalidStateForBulkRequestDeletion",
            403,
            "the bulk request is neither completed nor completedWithErrors",
        ),
    ),
    *_cases(
        Operation.RESOLVE_BULK_REQUEST,
        "B5",
        _INVALID_ID,
        _NOT_FOUND,
        _INVALID_BULK_ID,
        _BULK_NOT_FOUND,
        (
            "RestoreSessionActionNotAllowed",
            403,
            (
                "the session is not activated, lacks artifacts (S8) or is terminal, or the request "
                "has ended"
            ),
        ),
        (
            "InvalidArtifactRequest",
            400,
            (
                "the resolution is malformed, a failure has no error or does not belong to the "
                "request, there are more results than requested, or it ends without any"
            ),
        ),
        _RESTORE_POINT,
        _DUPLICATE,
    ),
    *_cases(
        Operation.OBSERVE,
        "H2",
        _INVALID_ID,
        _NOT_FOUND,
        ("InvalidArtifactRequest", 400, "the snapshot is of another session"),
        (
            "RestoreSessionActionNotAllowed",
            403,
            "the snapshot contradicts the session (H2), or artifacts were added or removed (H3)",
        ),
    ),
)
"""Every error of every operation, in the order of the checks.

The operations raise all of them, except IncompleteArtifactDeletion: only an embedder, which has a
store, can fail to delete from it. `refusal_of` makes that error as well.
"""

ARTIFACT_ERROR_CODES: Final = (
    "UnknownError",
    "ArtifactNotFound",
    "InvalidRestoreTime",
    "ArtifactCannotBeRestored",
    "DuplicateArtifactRestoreRequest",
)
"""The codes that the service documents for the error of a failed artifact. A report may have
another code, since the service's list is not closed.
"""

_CASES: Final = {(case.operation, case.code): case for case in CATALOGUE}


class RestoreDomainError(Exception):
    """A refusal, with everything that a service needs to answer its client.

    It has `code`, `http_status`, `message`, `rule`, `target` and `stale`; `to_public_error` makes
    the body.
    """

    code: str
    """The service's code, such as ``RestoreSessionNotFound``."""

    http_status: int
    """The HTTP status for this code."""

    message: str
    """What was wrong and what to do, in words."""

    rule: str
    """The id of the rule that was broken."""

    target: str | None
    """What the error is about: an artifact's or a session's id, or a JSON path."""

    stale: bool
    """Whether only reports of statuses that their artifacts have passed were refused (L2, L4): they
    arrived late or repeatedly, and contradict nothing.
    """

    def __init__(  # noqa: PLR0913 - all that a refusal says
        self,
        code: str,
        http_status: int,
        message: str,
        *,
        rule: str,
        target: str | None = None,
        stale: bool = False,
    ) -> None:
        """Store what was wrong."""
        super().__init__(code, http_status, message, rule, target)
        self.code = code
        self.http_status = http_status
        self.message = message
        self.rule = rule
        self.target = target
        self.stale = stale

    def __str__(self) -> str:
        """Show the error on one line."""
        rule = f" [{self.rule}]" if self.rule else ""  # for another service's error there is none
        return f"{self.code} ({self.http_status}): {self.message}{rule}"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle and copy, including keyword arguments."""
        return _rebuilt, (type(self), self.args, self.__dict__.copy())

    def to_public_error(self) -> PublicError:
        """Return the error as Graph shows it to a client."""
        return PublicError(code=self.code, message=self.message, target=self.target)


def _rebuilt(
    kind: type[RestoreDomainError], arguments: tuple[object, ...], attributes: dict[str, object]
) -> RestoreDomainError:
    error = kind.__new__(kind)
    error.args = arguments
    error.__dict__.update(attributes)
    return error


def refusal_of(  # noqa: PLR0913 - what a case leaves open
    operation: Operation,
    code: str,
    message: str,
    *,
    target: str | None = None,
    rule: str | None = None,
    stale: bool = False,
) -> RestoreDomainError:
    """Make the error for a case of the catalogue; `rule` may name a more specific rule."""
    case = _CASES[operation, code]
    return RestoreDomainError(
        code, case.http_status, message, rule=rule or case.rule, target=target, stale=stale
    )


class BatchRefusedError(RestoreDomainError):
    """A batch of reports of which at least one is refused, so that none applies (rule O7)."""

    refusals: tuple[tuple[int, RestoreDomainError], ...]
    """The position in the batch and the error of every invalid report."""

    def __init__(self, refusals: Iterable[tuple[int, RestoreDomainError]]) -> None:
        """Use the first refusal's code, and list the first ones in the message."""
        self.refusals = tuple(refusals)
        _, first = self.refusals[0]
        super().__init__(
            first.code,
            first.http_status,
            _summary(self.refusals),
            rule=first.rule,
            target=first.target,
            stale=all(error.stale for _, error in self.refusals),
        )

    def to_public_error(self) -> PublicError:
        """Return the error as Graph shows it to a client, one detail per invalid report."""
        details = tuple(
            PublicErrorDetail(code=error.code, message=error.message, target=error.target)
            for _, error in self.refusals
        )
        return PublicError(
            code=self.code, message=self.message, target=self.target, details=details
        )


class SnapshotRefusedError(RestoreDomainError):
    """A snapshot that contradicts the session, so that none of it is applied (rules H2 and H3).

    It is `stale` if it is older than the known state, judging by its last change or by the statuses
    of its artifacts.
    """

    findings: tuple[Finding, ...]
    """All contradictions: the session is at position 0, and the snapshot at 1."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Use the rule of the first contradiction, and list the first ones in the message."""
        self.findings = tuple(findings)
        case = _CASES[Operation.OBSERVE, "RestoreSessionActionNotAllowed"]
        first = self.findings[0]
        super().__init__(
            case.code,
            case.http_status,
            _in_one_line([f"{_target(found)}: {found.message}" for found in self.findings]),
            rule=first.finer_rule,
            target=first.artifact_id or first.session_id,
            stale=any(found.finer_rule == "S6" for found in self.findings)
            or all(found.stale for found in self.findings),
        )

    def to_public_error(self) -> PublicError:
        """Return the error as Graph shows it to a client, one detail per finding."""
        details = tuple(
            PublicErrorDetail(
                code=self.code,
                message=f"{found.property}: {found.message}",
                target=found.artifact_id or found.session_id,
            )
            for found in self.findings
        )
        return PublicError(
            code=self.code, message=self.message, target=self.target, details=details
        )


def _target(found: Finding) -> str:
    owner = "session" if found.artifact_id is None else "artifact"
    return f"{owner} {shown(found.artifact_id or found.session_id)}, {found.property}"


_SUMMED_UP: Final = 20
"""How many refusals are in the message of an error that lists them all."""


def _summary(refusals: Sequence[tuple[int, RestoreDomainError]]) -> str:
    """Summarize the refusals on one line."""
    return _in_one_line([f"report {position}: {error.message}" for position, error in refusals])


def _in_one_line(said: Sequence[str]) -> str:
    """Join the messages of the refusals; a batch may have a million."""
    more = len(said) - _SUMMED_UP
    return "; ".join(said[:_SUMMED_UP]) + (f"; and {more} more" if more > 0 else "")
