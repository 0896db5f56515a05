"""The properties that later snapshots of an artifact or a session have to agree on (H2 and H3).

The tables say which these are, and when two values agree. A value is read from an entity or from
the parser's struct of one (`Unread`), without making entities. A property that was left out has no
value to compare; null means that there is no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from functools import partial
from operator import eq
from typing import Any, Final

import attrs
from msgspec import UNSET

from restore_domain.model.artifact import GranularMailboxRestoreArtifact
from restore_domain.model.bulk_request import MailboxRestoreArtifactsBulkAdditionRequest
from restore_domain.model.collection import Unread
from restore_domain.model.differences import MISSING, differences
from restore_domain.model.graph_name import graph_name
from restore_domain.model.identity import Identity, IdentitySet
from restore_domain.model.json_value import ABSENT, JsonObject, without_properties
from restore_domain.model.restore_point import key_of
from restore_domain.model.session import ExchangeRestoreSession
from restore_domain.model.timestamp import moment_in, timestamp_text
from restore_domain.status import DestinationType, RestoreJobType

__all__ = [
    "CHOICE",
    "ERROR",
    "JOB_TYPE",
    "KEPT",
    "KEPT_ONCE_TERMINAL",
    "LAST_MODIFIED",
    "LAST_MODIFIED_BY",
    "OF_ARTIFACT",
    "OF_SESSION",
    "POLICY",
    "RESOURCES",
    "RESULTS",
    "START",
    "STATUS",
    "KeptProperty",
    "filled_in",
    "is_there",
    "less_said",
    "said",
]


UNKNOWN: Final = RestoreJobType.UNKNOWN_FUTURE_VALUE.value
"""The member that every enumeration has for an unknown text."""


@attrs.frozen
class KeptProperty:
    """A property of an artifact, or of a session."""

    name: str
    """The Graph name."""

    attribute: str
    """The name of the attribute."""

    value: Callable[[Any], Any] = attrs.field(repr=False)
    """Makes the value that is shown from that of an entity or a struct."""

    agree: Callable[[Any, Any], bool] = attrs.field(repr=False)
    """Returns whether a later value agrees with an earlier one."""


def said(owner: Any, kept: KeptProperty) -> Any:
    """Return the value of a property, None for a null, and MISSING if it was left out.

    The value is that of the entity, or as it was parsed.
    """
    value = getattr(owner, kept.attribute, UNSET)
    if not isinstance(owner, Unread) and (value is None or value == UNKNOWN):
        value = _as_it_came(owner.additional_data.get(kept.name, UNSET), value)
    return MISSING if value is UNSET else value


def _as_it_came(kept: Any, value: Any) -> Any:
    """Return the value from the wire if the entity has none, or an unknown member (rule W2)."""
    if value is None:
        return kept if kept is None else UNSET
    if kept is ABSENT or kept is None:
        return UNSET
    return kept if isinstance(kept, str) else value


def is_there(value: Any) -> bool:
    """Return whether the result of `said` is a value."""
    return value is not None and value is not MISSING


def less_said(before: Any, after: Any) -> bool:
    """Return whether a later value lacks a part of an earlier one, or differs in it.

    Parts that were filled in count as neither.
    """
    return any(is_there(found.left) for found in differences(before, after))


def filled_in(owner: Any, earlier: Any, rows: Iterable[KeptProperty]) -> Any:
    """Return an entity in which these properties, if left out, are taken from an earlier one."""
    left_out = [kept for kept in rows if said(owner, kept) is MISSING]
    names = {kept.attribute: kept.name for kept in left_out if said(earlier, kept) is not MISSING}
    if not names:
        return owner
    texts = {
        name: earlier.additional_data[name]
        for name in names.values()
        if name in earlier.additional_data
    }
    data = {**without_properties(owner.additional_data, frozenset(names.values())), **texts}
    values = {attribute: getattr(earlier, attribute) for attribute in names}
    return attrs.evolve(owner, additional_data=JsonObject.of_frozen(data), **values)


# When two values agree -------------------------------------------------------------------------


def _moments_agree(before: str | datetime, after: str | datetime) -> bool:
    return _time_text(before) == _time_text(after) or moment_in(before) == moment_in(after)


def _time_text(value: str | datetime) -> str:
    return value if isinstance(value, str) else timestamp_text(value)


def _entity(value: Any) -> Any:
    """Return the entity of a part that is not compared as it was parsed."""
    return type(value).make(value) if isinstance(value, Unread) else value


def _points_agree(before: Any, after: Any) -> bool:
    return key_of(before) == key_of(after)


def _errors_agree(before: Any, after: Any) -> bool:
    return not less_said(_entity(before), _entity(after))


def _identities_agree(before: IdentitySet, after: IdentitySet) -> bool:
    """Return whether the later value has no other identities than the earlier one.

    The name of an identity with an id may change.
    """
    pairs = [(getattr(before, name), getattr(after, name)) for name in _WHO]
    return all(old is None or (new is not None and _is_same_one(old, new)) for old, new in pairs)


_WHO: Final = ("application", "device", "user")


def _is_same_one(before: Identity, after: Identity) -> bool:
    if before.id is not None and after.id is not None:
        return before.id == after.id
    return before.display_name in (None, after.display_name)


def _members_agree(enum: type[StrEnum]) -> Callable[[str, str], bool]:
    """Return a function that compares two members; an unknown one agrees with every other.

    A client that did not ask for every member is shown unknownFutureValue for some (rule W3).
    """
    known = frozenset(map(str, enum)) - {UNKNOWN}

    def agree(before: str, after: str) -> bool:
        return before == after or before not in known or after not in known

    return agree


# The tables ------------------------------------------------------------------------------------


def _kept(
    owner: type,
    attribute: str,
    value: Callable[[Any], Any],
    agree: Callable[[Any, Any], bool] = eq,
) -> KeptProperty:
    return KeptProperty(graph_name(attrs.fields_dict(owner)[attribute]), attribute, value, agree)


_of_artifact: Final = partial(_kept, GranularMailboxRestoreArtifact)
_of_session: Final = partial(_kept, ExchangeRestoreSession)
_text: Final = str.__str__


def _as_it_is(value: Any) -> Any:
    return value


STATUS: Final = _of_artifact("status", _text)
"""The status of an artifact; `restore_domain.lifecycle` declares what may follow."""

START: Final = _of_artifact("start_date_time", moment_in, _moments_agree)

KEPT: Final = (
    _of_artifact("restore_point", key_of, _points_agree),
    _of_artifact("destination_type", _text, _members_agree(DestinationType)),
    START,
)
"""What an artifact keeps as soon as it has it (rule H2)."""

ERROR: Final = _of_artifact("error", _entity, _errors_agree)

RESULTS: Final = (
    _of_artifact("restored_folder_id", _as_it_is),
    _of_artifact("restored_folder_name", _as_it_is),
    _of_artifact("restored_item_count", _as_it_is),
)
"""The results of a restore (rule O9)."""

KEPT_ONCE_TERMINAL: Final = (
    _of_artifact("completion_date_time", moment_in, _moments_agree),
    ERROR,
    *RESULTS,
)
"""What it also keeps once it has succeeded or failed (rule H2)."""

CHOICE: Final = (
    _of_artifact("search_response_id", _as_it_is),
    _of_artifact("artifact_count", _as_it_is),
)
"""What it also keeps in a session that has ended (rule H3)."""

OF_ARTIFACT: Final = (STATUS, *KEPT, *KEPT_ONCE_TERMINAL)
"""All properties of an artifact that rule H2 compares."""

JOB_TYPE: Final = _of_session("restore_job_type", _text, _members_agree(RestoreJobType))
"""What a session keeps, except that a standard session may become bulk while it is a draft (rule
H2).
"""

LAST_MODIFIED: Final = _of_session("last_modified_date_time", _as_it_is)
"""What may only move forward (rules H2 and S6)."""

OF_SESSION: Final = (
    _of_session("created_date_time", _as_it_is),
    _of_session("created_by", _entity, _identities_agree),
    JOB_TYPE,
    LAST_MODIFIED,
)
"""All compared properties of a session itself (rule H2)."""

POLICY: Final = _of_session("policy_id", _as_it_is)
"""What a session that has ended keeps (rule H3)."""

LAST_MODIFIED_BY: Final = _of_session("last_modified_by", _entity)

RESOURCES: Final = tuple(
    _kept(MailboxRestoreArtifactsBulkAdditionRequest, attribute, _as_it_is)
    for attribute in ("mailboxes", "directory_object_ids")
)
"""The properties of a bulk request that most answers of a service leave out."""
