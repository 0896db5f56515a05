"""Recognizing a document by its type, its context and its properties (rule W5).

`KINDS` lists the service's documents about restores: those that this library reads, and others, so
that they can be named. `recognize` uses these, in this order, until one is conclusive:

1. the ``@odata.type`` of the document, or of an entry of a page,
2. the ``@odata.context`` of the document,
3. the names of its properties and a status that not every kind has. The property that the fewest
   kinds have is the most conclusive.

If the kind is still open, it is not guessed: entries with nothing but an id may be sessions or
artifacts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache, reduce
from typing import Any, Final, NoReturn, TypeAlias, TypeVar

import attrs

from restore_domain.model import (
    CreateBulkRequest,
    CreateSessionRequest,
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    MailboxRestoreArtifactsBulkAdditionRequest,
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
    UpdateSessionRequest,
)
from restore_domain.model.artifact import RestoreArtifactBase
from restore_domain.model.bulk_request import RestoreArtifactsBulkRequestBase
from restore_domain.model.graph_name import names_type, uncapitalized
from restore_domain.model.json_limits import DEFAULT_LIMITS, WireLimits
from restore_domain.model.json_path import ROOT, index_step, name_step
from restore_domain.model.session import RestoreSessionBase
from restore_domain.model.validators import shown
from restore_domain.status import (
    ArtifactRestoreStatus,
    RestoreArtifactsBulkRequestStatus,
    RestoreSessionStatus,
)
from restore_domain.wire.problems import Problems, WireError
from restore_domain.wire.properties import ODATA_CONTEXT, ODATA_TYPE, context_of, properties_of

__all__ = [
    "ERROR",
    "KINDS",
    "DocumentKind",
    "Recognized",
    "kind_of_other_session",
    "recognize",
    "words_of",
]


@attrs.frozen(kw_only=True, eq=False)
class DocumentKind:
    """A row of the table: a kind of document, or of entries of a page."""

    type_name: str | None = None
    """Its type in the service's metadata; None if it has no type of its own."""

    collections: tuple[str, ...] = ()
    """The collections of which it may be an entry."""

    one: str
    """One of them, in words."""

    many: str
    """Several of them, in words."""

    properties: frozenset[str]
    """The names of the properties by which it is recognized."""

    statuses: frozenset[str] = frozenset()
    """The statuses that it may have; empty if the status does not distinguish it."""

    has_id: bool = True
    """Whether it has a key."""

    entity: type | None = None
    """The class as which it is read, if it is."""

    page: type | None = None
    """The class of a page of them, if they are read."""

    instead: str
    """What to pass, or to request from the service, instead of a kind that is not read."""

    def is_type(self, annotation: str) -> bool:
        """Return whether an ``@odata.type`` is that of this kind, or of a page of them."""
        return self.type_name is not None and (
            names_type(annotation, self.type_name)
            or names_type(annotation, f"{self.type_name}CollectionResponse")
        )

    @property
    def family(self) -> object:
        """What it has in common with the kinds that may be on the same page."""
        return self.page or self


def _names(entity_class: type) -> frozenset[str]:
    return frozenset(known.name for known in properties_of(entity_class))


def _known(members: Iterable[StrEnum]) -> frozenset[str]:
    return frozenset(members) - {"unknownFutureValue"}


# The table ------------------------------------------------------------------------------------


@attrs.frozen
class _Base:
    """What the kinds of all workloads have in common."""

    one: str
    many: str
    properties: frozenset[str]
    statuses: frozenset[str] = frozenset()
    instead: str = "give the session that restores it"
    not_known_by: frozenset[str] = frozenset()


_CHANGES: Final = frozenset(
    {"id", "status", "createdBy", "createdDateTime", "lastModifiedBy", "lastModifiedDateTime"}
)
"""The properties of an object that has an author."""

_SESSION: Final = _Base(
    "a restore session of {many}",
    "restore sessions of {many}",
    _names(RestoreSessionBase),
    _known(RestoreSessionStatus),
)
_ARTIFACT: Final = _Base(
    "an artifact of {one}",
    "artifacts of {many}",
    _names(RestoreArtifactBase),
    _known(ArtifactRestoreStatus),
    "give its session, or a page of the artifacts of its session",
)
_GRANULAR: Final = attrs.evolve(
    _ARTIFACT, one="a granular artifact of {one}", many="granular artifacts of {many}"
)
_BROWSED: Final = attrs.evolve(
    _GRANULAR,
    properties=(_ARTIFACT.properties - {"restorePoint"}).union(
        ["browseSessionId", "restorePointDateTime", "webUrl"],
        ["restoredItemKey", "restoredItemPath", "restoredItemWebUrl"],
    ),
)
"""The names by which a browse session and an item refer to a restore point."""

_BULK_REQUEST: Final = _Base(
    "a bulk request for {many}",
    "bulk requests for {many}",
    _names(RestoreArtifactsBulkRequestBase),
    _known(RestoreArtifactsBulkRequestStatus),
    "give its session, or a page of the bulk requests of its session with that",
    # artifacts also have it: a wrong match would be an artifact in an unknown status, which is
    # harmless
    not_known_by=frozenset({"destinationType"}),
)
_UNIT: Final = _Base(
    "a protection unit of {one}",
    "protection units of {many}",
    _CHANGES | {"error", "policyId", "protectionSources", "offboardRequestedDateTime"},
)
_POLICY: Final = _Base(
    "a protection policy of {many}",
    "protection policies of {many}",
    _CHANGES | {"displayName", "retentionSettings", "isEnabled"},
)

_OF_MAILBOXES: Final = "ask for exchangeRestoreSessions, those of mailboxes"

_READ: Final[Mapping[str, tuple[type, type]]] = {
    "exchangeRestoreSession": (ExchangeRestoreSession, ExchangeRestoreSessionCollectionResponse),
    "mailboxRestoreArtifact": (MailboxRestoreArtifact, MailboxRestoreArtifactCollectionResponse),
    "granularMailboxRestoreArtifact": (
        GranularMailboxRestoreArtifact,
        MailboxRestoreArtifactCollectionResponse,
    ),
    "mailboxRestoreArtifactsBulkAdditionRequest": (
        MailboxRestoreArtifactsBulkAdditionRequest,
        MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
    ),
}
"""The classes of an entity, and of a page, for each type that is read."""


def _row(base: _Base, type_name: str, of: str, collections: str, own: str = "") -> DocumentKind:
    """Return the row of a type; the names in a text are separated by spaces.

    The properties of a kind that is read are those of its class.
    """
    entity, page = _READ.get(type_name, (None, None))
    properties = _names(entity) if entity else base.properties.union(own.split())
    return DocumentKind(
        type_name=type_name,
        collections=tuple(collections.split()),
        one=base.one.format(one=f"a {of}", many=_PLURALS[of]),
        many=base.many.format(many=_PLURALS[of]),
        properties=properties - base.not_known_by,
        statuses=base.statuses,
        entity=entity,
        page=page,
        instead=_OF_MAILBOXES if base.statuses and entity is None else base.instead,
    )


_MAILBOX: Final = "mailbox"
_SITE: Final = "SharePoint site"
_DRIVE: Final = "OneDrive account"

_PLURALS: Final = {_MAILBOX: "mailboxes", _SITE: "SharePoint sites", _DRIVE: "OneDrive accounts"}

_RESTORED_SITE: Final = "restoredSiteId restoredSiteName restoredSiteWebUrl"

ERROR: Final = DocumentKind(
    one="an error that the service answered",
    many="errors that the service answered",
    properties=frozenset({"error"}),
    has_id=False,
    instead="ask again once its reason is gone",
)
"""The answer to a refused request."""

# fmt: off
_OF_WORKLOADS: Final = (
    _row(_SESSION, "exchangeRestoreSession", _MAILBOX,
         "exchangeRestoreSessions restoreSessions"),
    _row(_ARTIFACT, "mailboxRestoreArtifact", _MAILBOX,
         "mailboxRestoreArtifacts"),
    _row(_GRANULAR, "granularMailboxRestoreArtifact", _MAILBOX,
         "granularMailboxRestoreArtifacts"),
    _row(_BULK_REQUEST, "mailboxRestoreArtifactsBulkAdditionRequest", _MAILBOX,
         "mailboxRestoreArtifactsBulkAdditionRequests"),
    _row(_SESSION, "sharePointRestoreSession", _SITE,
         "sharePointRestoreSessions restoreSessions",
         "siteRestoreArtifacts granularSiteRestoreArtifacts "
         "siteRestoreArtifactsBulkAdditionRequests"),
    _row(_ARTIFACT, "siteRestoreArtifact", _SITE,
         "siteRestoreArtifacts", _RESTORED_SITE),
    _row(_BROWSED, "granularSiteRestoreArtifact", _SITE,
         "granularSiteRestoreArtifacts", "siteId"),
    _row(_BULK_REQUEST, "siteRestoreArtifactsBulkAdditionRequest", _SITE,
         "siteRestoreArtifactsBulkAdditionRequests", "siteIds siteWebUrls"),
    _row(_SESSION, "oneDriveForBusinessRestoreSession", _DRIVE,
         "oneDriveForBusinessRestoreSessions restoreSessions",
         "driveRestoreArtifacts granularDriveRestoreArtifacts "
         "driveRestoreArtifactsBulkAdditionRequests"),
    _row(_ARTIFACT, "driveRestoreArtifact", _DRIVE,
         "driveRestoreArtifacts", _RESTORED_SITE),
    _row(_BROWSED, "granularDriveRestoreArtifact", _DRIVE,
         "granularDriveRestoreArtifacts", "directoryObjectId"),
    _row(_BULK_REQUEST, "driveRestoreArtifactsBulkAdditionRequest", _DRIVE,
         "driveRestoreArtifactsBulkAdditionRequests", "drives directoryObjectIds"),
    _row(_UNIT, "mailboxProtectionUnit", _MAILBOX,
         "mailboxProtectionUnits protectionUnits", "directoryObjectId displayName email"),
    _row(_UNIT, "siteProtectionUnit", _SITE,
         "siteProtectionUnits protectionUnits", "siteId siteName siteWebUrl"),
    _row(_UNIT, "driveProtectionUnit", _DRIVE,
         "driveProtectionUnits protectionUnits", "directoryObjectId displayName email"),
    _row(_POLICY, "exchangeProtectionPolicy", _MAILBOX,
         "exchangeProtectionPolicies protectionPolicies", "mailboxProtectionUnits"),
    _row(_POLICY, "sharePointProtectionPolicy", _SITE,
         "sharePointProtectionPolicies protectionPolicies", "siteProtectionUnits"),
    _row(_POLICY, "oneDriveForBusinessProtectionPolicy", _DRIVE,
         "oneDriveForBusinessProtectionPolicies protectionPolicies", "driveProtectionUnits"),
)
# fmt: on

KINDS: Final = (
    *_OF_WORKLOADS,
    DocumentKind(
        type_name="restorePoint",
        collections=("restorePoints",),
        one="a restore point",
        many="restore points",
        properties=frozenset(
            {"protectionDateTime", "expirationDateTime", "tags", "protectionUnit"}
        ),
        instead="give a session that restores from it",
    ),
    DocumentKind(
        type_name="restorePointSearchResponse",
        one="the answer to a search for restore points",
        many="answers to a search for restore points",
        properties=frozenset({"searchResponseId", "searchResults", "noResultProtectionUnitIds"}),
        has_id=False,
        instead="give a session that restores what was found",
    ),
    ERROR,
    DocumentKind(
        one="the body of a request to create a session",
        many="bodies of requests to create a session",
        properties=_names(CreateSessionRequest),
        has_id=False,
        instead="give the session that the service answers with",
    ),
    DocumentKind(
        one="the body of a bulk request",
        many="bodies of bulk requests",
        properties=_names(CreateBulkRequest),
        has_id=False,
        instead="give the session that it is for",
    ),
    DocumentKind(
        one="an update of a session",
        many="updates of a session",
        properties=_names(UpdateSessionRequest),
        has_id=False,
        instead="give the session as it is afterwards",
    ),
    DocumentKind(
        one="a recording of a browser or a proxy",
        many="recordings of browsers or proxies",
        properties=frozenset({"log"}),
        has_id=False,
        instead="`history` reads HAR files",
    ),
    DocumentKind(
        one="a snapshot in a log",
        many="snapshots in a log",
        properties=frozenset({"time", "session"}),
        has_id=False,
        instead="`history` reads logs of them",
    ),
    DocumentKind(
        one="a call of an operation",
        many="calls of operations",
        properties=frozenset({"jsonrpc", "method", "params"}),
        instead="`replay` and `serve` read calls",
    ),
)
"""Every kind, those that are read first."""

# Recognizing ----------------------------------------------------------------------------------

_T = TypeVar("_T")

_Kinds: TypeAlias = frozenset[DocumentKind]

_ALL: Final[_Kinds] = frozenset(KINDS)
_ARE_READ: Final[_Kinds] = frozenset(kind for kind in KINDS if kind.entity is not None)
_WITH_ID: Final[_Kinds] = frozenset(kind for kind in KINDS if kind.has_id)


def _owners(of: Callable[[DocumentKind], Iterable[str]]) -> Mapping[str, _Kinds]:
    return {
        value: frozenset(kind for kind in KINDS if value in of(kind))
        for value in {value for kind in KINDS for value in of(kind)}
    }


_WITH_PROPERTY: Final = _owners(lambda kind: kind.properties - {"id", "status"})
_WITH_STATUS: Final = _owners(lambda kind: kind.statuses)


@attrs.frozen
class Recognized:
    """The result of recognizing a document."""

    kinds: Sequence[DocumentKind]
    """The kind of the document, or of the entries of the page. There are several only if none of
    them is read.
    """

    is_page: bool
    """Whether it is a page."""

    @property
    def kind(self) -> DocumentKind:
        """The first of its kinds."""
        return self.kinds[0]

    @property
    def entity_class(self) -> type | None:
        """The class as which it is read; None if it is not read."""
        return self.kind.page if self.is_page else self.kind.entity

    @property
    def words(self) -> str:
        """The document in words."""
        types = ", ".join(kind.type_name for kind in self.kinds if kind.type_name)
        if self.is_page:
            words = f"a page of {_listed(kind.many for kind in self.kinds)}"
        else:
            words = _listed(kind.one for kind in self.kinds)
        return f"{words} ({types})" if types else words


def recognize(document: Mapping[str, Any], limits: WireLimits = DEFAULT_LIMITS) -> Recognized:
    """Recognize a document.

    Raises WireError with the reason if that is not possible: nothing in it is known, it may be of
    several kinds, or the entries of a page are of kinds that are never on the same page.
    """
    if "value" in document:
        return _recognized_page(document, limits)
    said = _said(document)
    kinds = _in_order(_shown(document, said))
    if not kinds:
        raise _nothing_known(document)
    if len(kinds) > 1 and kinds[0].entity is not None:
        if said is not None:
            raise WireError.at_root(f"it may be {_listed(kind.one for kind in kinds)}")
        kinds = kinds[:1]
    return Recognized(kinds, is_page=False)


def words_of(kind: DocumentKind, document: Any) -> str:
    """Describe a document of this kind; for an error, with its code and its message."""
    if kind is not ERROR:
        return Recognized((kind,), is_page=False).words
    error = document.get("error") if isinstance(document, dict) else None
    texts = (error.get(name) for name in ("code", "message")) if isinstance(error, dict) else ()
    said = (text.rstrip(". ") for text in texts if isinstance(text, str))
    return ": ".join([kind.one, *said])


def kind_of_other_session(entry: Any) -> DocumentKind | None:
    """Return the kind of a session that is not read, by its type; None for anything else.

    The service lists the sessions of all workloads together.
    """
    annotation = entry.get(ODATA_TYPE) if isinstance(entry, dict) else None
    return _other_session(annotation) if isinstance(annotation, str) else None


@lru_cache(maxsize=64)
def _other_session(annotation: str) -> DocumentKind | None:
    others = (kind for kind in KINDS if kind.entity is None and _ALL_SESSIONS in kind.collections)
    return next((kind for kind in others if kind.is_type(annotation)), None)


_ALL_SESSIONS: Final = "restoreSessions"
"""The collection of the sessions of all workloads."""


def _recognized_page(document: Mapping[str, Any], limits: WireLimits) -> Recognized:
    said = _said(document)
    value = document["value"]
    entries = value if isinstance(value, list) else [value]
    kinds_of = _kinds_of_shapes(entries, said, limits)
    decided = list(filter(None, kinds_of.values())) or ([said] if said else [])
    if not decided and all(isinstance(entry, dict) for entry in entries):
        raise _nothing_known(document)
    if not decided:  # no page of any kind has such entries, as its reader will report
        decided = [frozenset(KINDS[:1])]
    families = _intersection(frozenset(kind.family for kind in kinds) for kinds in decided)
    if not families:
        raise _mixed(entries, kinds_of, limits)
    kinds = _in_order(
        _intersection(decided)
        or frozenset(kind for some in decided for kind in some if kind.family in families)
    )
    if len(families) > 1 and kinds[0].entity is not None and kinds_of:
        raise WireError.at_root(
            f"it may be a page of {_listed(kind.many for kind in kinds)}: keep its "
            "@odata.context, or the @odata.type of each entry"
        )
    return Recognized(kinds if kinds[0].entity is None else kinds[:1], is_page=True)


def _in_order(kinds: _Kinds) -> list[DocumentKind]:
    """Return kinds in the order of the table."""
    return [kind for kind in KINDS if kind in kinds]


def _intersection(sets: Iterable[frozenset[_T]]) -> frozenset[_T]:
    return reduce(frozenset.intersection, sets)


def _listed(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _said(document: Mapping[str, Any]) -> _Kinds | None:
    """Return the kinds that match a document's type or context; None if it has neither."""
    annotation = document.get(ODATA_TYPE)
    if isinstance(annotation, str):
        kinds = frozenset(kind for kind in KINDS if kind.is_type(annotation))
        return kinds or _raise_unknown(annotation, ODATA_TYPE)
    context = context_of(document.get(ODATA_CONTEXT))
    if context is None:
        return None
    name = context.name.lower()
    kinds = frozenset(
        kind for kind in KINDS if kind.is_type(name) or name in map(str.lower, kind.collections)
    )
    return kinds or _raise_unknown(context.name, ODATA_CONTEXT)


def _raise_unknown(name: str, annotation: str) -> NoReturn:
    message = f"{shown(name)} is not a type that belongs to restores"
    raise WireError([(ROOT + name_step(annotation), message)])


def _shown(document: Mapping[str, Any], said: _Kinds | None) -> _Kinds:
    """Return the kinds that a document may be of; empty if nothing in it is known.

    If it declares a single kind, that is used. If it declares none, and may be of a kind that is
    read, no other kind is assumed.
    """
    if said is not None and len(said) == 1:
        return said
    evidence = [_WITH_PROPERTY[name] for name in map(_property, document) if name in _WITH_PROPERTY]
    status = document.get("status")
    if isinstance(status, str) and status in _WITH_STATUS:
        evidence.append(_WITH_STATUS[status])
    if not evidence and "id" not in document:
        return frozenset()
    evidence.sort(key=len)
    if "id" in document:  # which occurs in no answer except that of an entity
        evidence.insert(0, _WITH_ID)
    else:  # an entity may lack it all the same, as its reader will report
        evidence.append(_ALL - _WITH_ID)
    kinds = reduce(lambda left, some: left & some or left, evidence, said or _ALL)
    return kinds if said else kinds & _ARE_READ or kinds


def _property(name: str) -> str:
    """Return the property that an annotation belongs to, or the name of a property unchanged."""
    return name if name.endswith("@delta") else name.partition("@")[0]


_Shape: TypeAlias = tuple[Any, ...]
"""The parts of an entry that show its kind: its type, its status, and its property names."""


def _shape(entry: Mapping[str, Any]) -> _Shape:
    annotation, status = entry.get(ODATA_TYPE), entry.get("status")
    return (
        annotation if isinstance(annotation, str) else None,
        status if isinstance(status, str) else None,
        *entry,
    )


def _kinds_of_shapes(
    entries: Iterable[Any], said: _Kinds | None, limits: WireLimits
) -> dict[_Shape, _Kinds]:
    """Return the possible kinds of the entries of a page: thousands of entries have few shapes."""
    found: dict[_Shape, _Kinds] = {}
    problems = Problems(limits)
    for index, entry in enumerate(entries):
        if isinstance(entry, dict) and (shape := _shape(entry)) not in found:
            try:
                found[shape] = _shown(entry, _said(entry) if ODATA_TYPE in entry else said)
            except WireError as error:
                problems.add_all(error.within(name_step("value") + index_step(index)))
    problems.raise_any()
    return found


def _mixed(
    entries: Iterable[Any], kinds_of: Mapping[_Shape, _Kinds], limits: WireLimits
) -> WireError:
    """List the entries of a page that are of another kind than the first readable one."""
    decided = [*filter(None, kinds_of.values())]
    kinds = next((kinds & _ARE_READ for kinds in decided if kinds & _ARE_READ), decided[0])
    expected = _in_order(kinds)[0]
    problems = Problems(limits)
    for index, entry in enumerate(entries):
        others = kinds_of[_shape(entry)] if isinstance(entry, dict) else frozenset()
        if others and expected.family not in {kind.family for kind in others}:
            other = _in_order(others)[0]
            problems.add(
                ROOT + name_step("value") + index_step(index),
                f"expected {expected.one}, got {words_of(other, entry)}; {other.instead}",
            )
    return WireError(problems.found)


def _nothing_known(document: Mapping[str, Any]) -> WireError:
    """Make the error for a document in which nothing shows its kind."""
    if any(uncapitalized(name) in _NAMES for name in document if name[:1].isupper()):
        return WireError.at_root(
            "expected names as the service writes them, such as id and status, got names that "
            "begin with a capital: it is an object of a program, as PowerShell for example "
            "writes it; give the JSON that the service answered"
        )
    if document.get("value") == []:
        return WireError.at_root(
            "an empty page does not say what it is of: keep its @odata.context"
        )
    if "value" in document:
        return WireError.at_root(
            "nothing on this page is known: it has no @odata.context, and its entries have no "
            "property of a session, an artifact or a bulk request"
        )
    return WireError.at_root("expected a session, which has an id, or a page, which has a value")


_NAMES: Final = frozenset({*_WITH_PROPERTY, "id", "value"})
