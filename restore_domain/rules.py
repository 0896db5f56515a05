"""Layer 1: every rule with its permanent id and its one sentence.

The specification, the laws, the command line and the errors take the sentence from here. The
reason of a rule and an example are in ``docs/specification.md``, the code that states it and its
tests in ``docs/rule-index.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["CONDITIONS", "RULES", "in_order"]

CONDITIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "A1": "every artifact is added, or there is none",
        "A2": "every artifact is scheduling",
        "A3": "an artifact is scheduled or inProgress, and none is unknownFutureValue",
        "A4": "every artifact is terminal, some succeeded and some failed",
        "A5": "every artifact succeeded",
        "A6": "every artifact failed",
        "A7": "some artifacts are terminal, and all others, one or more, are added or scheduling",
        "A8": "some artifacts are added, and all others, one or more, are scheduling",
        "A9": "an artifact is unknownFutureValue, and the answer is the same for all known "
        "statuses, one or more, in its place",
        "A10": "an artifact is unknownFutureValue, and the answer depends on the known statuses "
        "in its place",
    }
)
"""When each rule of aggregation applies: the first part of its sentence."""

_ANSWERS: Final = {
    "A1": "draft",
    "A2": "activating",
    "A3": "active",
    "A4": "completedWithError",
    "A5": "completed",
    "A6": "failed",
    "A7": "active",
    "A8": "activating",
    "A9": "that answer",
    "A10": "unknownFutureValue",
}

RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        rule: f"if {condition}, the session's status is {_ANSWERS[rule]}"
        for rule, condition in CONDITIONS.items()
    }
    | {
        "L1": "an artifact goes from added to scheduling, to scheduled, to inProgress, and to "
        "succeeded or failed; it may also fail from scheduling and from scheduled; there are no "
        "other steps",
        "L2": "a driver, which runs the restore, may report a single step; an observer, which "
        "polls it, every status that one or more steps lead to; any other change is refused, and "
        "the refusal names both statuses",
        "L3": "a report of the same status is accepted, and changes nothing unless it has a "
        "result that differs from that of an artifact inProgress, or a result, or the error of a "
        "failure, that a succeeded or failed artifact does not have; then these change, and "
        "nothing else",
        "L4": "nothing follows succeeded and failed; for any other artifact an observer, but not "
        "a driver, may report unknownFutureValue, and after it every status except added, or, if "
        "the artifact has a startDateTime, only inProgress, succeeded and failed",
        "L5": "entering inProgress sets startDateTime; entering succeeded or failed sets "
        "completionDateTime; a driver that reports failed has to give an error, an observer may "
        "give one, and no other status has one; an artifact that failed before it was inProgress "
        "has no startDateTime",
        "S1": "a session's status follows from its artifacts and can't be set; a declared status "
        "is stored separately, and is used only if artifacts are missing",
        "S1a": "derived properties (status, completedDateTime, error, "
        "restoreSessionArtifactCount) are written as they were declared until an operation "
        "changes the session, and from then on as they follow from the artifacts; if artifacts "
        "are missing, an operation drops only the three numbers other than total, and the status "
        "that the session shows, if known, becomes the declared one",
        "S2": "artifacts of granularMailboxRestoreArtifacts count like the others: in all derived "
        "properties of the session, in its destination, in activation and in reports",
        "S3": "a session has a completedDateTime if and only if it is terminal: the latest "
        "completionDateTime of its artifacts",
        "S4": "a session has an error if and only if it is failed or completedWithError; the "
        "error has a detail for each failed artifact, whose id is the target, and the code of the "
        "details if it is the same in all, else UnknownError, as in the detail of an artifact that "
        "has no error",
        "S5": "restoreSessionArtifactCount has four numbers: total of all artifacts, inProgress of "
        "those that were activated and are not known to have ended (scheduling, scheduled, "
        "inProgress, unknownFutureValue), completed of those that succeeded, and failed of those "
        "that failed",
        "S6": "every operation that changes something of a session sets lastModifiedDateTime and "
        "lastModifiedBy; time never moves backwards, and if no actor is given, lastModifiedBy "
        "stays",
        "S7": "ids and times come from the caller; the domain uses no clock, no random numbers "
        "and no environment, and reads and writes no file or network",
        "S8": "artifacts of a session are missing if the session shows evidence of that; they "
        "count as unknownFutureValue, and if that leaves the status open, the session shows the "
        "declared one, provided that the missing artifacts could give it; completedDateTime, "
        "error and counts are then as declared, and the session is not a draft that may be "
        "changed",
        "S9": "create sets restoreJobType: granular for granular artifacts, else standard; a bulk "
        "request makes it bulk; a session is granular if its type says so or it contains only "
        "granular artifacts, and bulk if its type says so or it has a bulk request; a session "
        "that contains both kinds of artifacts accepts no more of them",
        "S10": "the policyId of a request that creates or updates a session is stored",
        "O1": "create makes a draft session from a list of artifacts, of whole mailboxes or of "
        "selected items, each of which begins in added; without a list the session is empty",
        "O2": "get returns a session; list returns the sessions of the root, listArtifacts the "
        "mailboxRestoreArtifacts of a session, and listGranularArtifacts its "
        "granularMailboxRestoreArtifacts, in the order of their creation, all at once or page by "
        "page",
        "O3": "update adds artifacts to a draft session, and removes others, by a single list, "
        "which is of granular artifacts if the session is granular; the removal of an artifact "
        "that is not in the session fails by itself, and the rest takes effect; a bulk session "
        "can't be updated",
        "O4": "activate moves every artifact of a draft session from added to scheduling, all or "
        "none, if fewer sessions are activating or active than the limit; a bulk session needs no "
        "artifact, but an active request",
        "O5": "delete removes a draft session with its artifacts",
        "O6": "createArtifact adds one artifact of a whole mailbox to a draft session, with the "
        "checks of an update that adds one",
        "O7": "record applies a report, from a driver or an observer, that an artifact is in "
        "another status, with the time, and with an error if it failed; recordBatch applies "
        "several, all or none",
        "O8": "expire removes the sessions that have been terminal for more than the retention "
        "time, which is 365 days unless the limits say otherwise",
        "O9": "a report may have the results of a restore, restoredFolderId, restoredFolderName "
        "and restoredItemCount, with inProgress, succeeded and failed, and an observer's with "
        "unknownFutureValue; a null result is ignored, and with any other status a result is "
        "refused",
        "B1": "createBulkRequest adds to an empty draft session one request for mailboxes, which "
        "begins active; the session is a bulk session from then on",
        "B2": "getBulkRequest and listBulkRequests return the bulk requests of a session, and "
        "deleteBulkRequest removes one that is completed or completedWithErrors; answers about a "
        "bulk request leave out its mailboxes and directoryObjectIds, those about sessions "
        "contain them",
        "B3": "an active bulk request counts in the status of the session like one more artifact, "
        "which is added while the session is not activated, and scheduling once it is",
        "B4": "a bulk session without artifacts and without an active request counts as failed if "
        "it declares failed, or declares no status and a request is completedWithErrors; its "
        "error and completedDateTime are those of its requests, and stay when these are deleted",
        "B5": "resolveBulkRequest adds artifacts in scheduling for mailboxes of an active request "
        "of an activated session, records mailboxes that could not be resolved, each with an "
        "error, or ends the request, in one part or several: it is completed then, or "
        "completedWithErrors if a mailbox could not be resolved",
        "B6": "a bulk session is activated if activate was called, or if it was read with an "
        "artifact that is beyond added, or with a declared status other than draft; it stays "
        "activated",
        "H1": "an audit of each snapshot of a session finds no contradiction",
        "H2": "from one snapshot to the next an artifact changes its status only as an observer "
        "may report it, and keeps its restore point, destination and start, and once it has ended "
        "its end, error and results; the session keeps createdDateTime, createdBy and "
        "restoreJobType, except that a standard draft may become bulk, and lastModifiedDateTime "
        "does not go back; missing values may be filled in",
        "H3": "if artifacts are missing from neither of two snapshots, the earlier one determines "
        "which may be added and removed: any in a draft, new ones while a bulk request is active, "
        "and no others; a session that has ended stays as it is, except for results and errors "
        "that are filled in, its bulk requests that are deleted, and the time and the author of "
        "its last change",
        "W1": "nothing is lost: reading a document and writing it again gives the same JSON "
        "value, and reading what was written gives an equal entity",
        "W2": "a text of an enumeration that is not one of its members is read as "
        "unknownFutureValue, and written unchanged until an operation changes the property",
        "W3": "a client that did not ask for unknown members is shown unknownFutureValue instead "
        "of every member that is declared after it, and of every text that is not a member",
        "W4": "an invalid document is refused with one error, InvalidRequest (400), that lists "
        "every problem with its JSON path; reading never fails in any other way",
        "W5": "a type annotation is compared without regard to case and to the #, and is written "
        "as it was read; if it is left out, the collection, or the context of a page, determines "
        "the type of the entries",
        "W6": "a granular artifact that is read needs an id, and nothing else",
        "W7": "a byte order mark at the start of a document is skipped; the refusal of a "
        "timestamp gives the reason",
    }
)
"""The sentence of each rule by its permanent id, in the order of the specification.

It begins in lower case and has no full stop, so that it can follow the id.
"""

_PLACES: Final = {rule: place for place, rule in enumerate(RULES)}


def in_order(rule: str) -> tuple[int, str]:
    """Return a sort key for rule ids: their order in the specification, unknown ones last."""
    return _PLACES.get(rule, len(_PLACES)), rule
