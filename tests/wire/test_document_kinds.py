"""The kind of a document follows from its type, context and properties, and is not guessed (W5)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import (
    ExchangeRestoreSession,
    ExchangeRestoreSessionCollectionResponse,
    GranularMailboxRestoreArtifact,
    MailboxRestoreArtifact,
    MailboxRestoreArtifactCollectionResponse,
    WireError,
)
from restore_domain.model import (
    CreateBulkRequest,
    CreateSessionRequest,
    MailboxRestoreArtifactsBulkAdditionRequest,
    MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
    UpdateSessionRequest,
)
from restore_domain.verification.strategies import documents
from restore_domain.wire import WireLimits
from restore_domain.wire.document_kinds import (
    ERROR,
    KINDS,
    DocumentKind,
    kind_of_other_session,
    recognize,
    words_of,
)
from restore_domain.wire.properties import properties_of

Json = Any

SESSION, WHOLE, GRANULAR, REQUEST = KINDS[:4]
BY_TYPE = {kind.type_name: kind for kind in KINDS if kind.type_name}
READ = [kind for kind in KINDS if kind.entity is not None]
TYPED = [kind for kind in KINDS if kind.type_name]
each_typed = pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.type_name)

METADATA = "https://graph.microsoft.com/v1.0/$metadata#"
RESTORES = f"{METADATA}solutions/backupRestore/"


def page(*entries: Json, **more: Json) -> Json:
    return {"value": [*entries], **more}


def of_context(context: str, *entries: Json) -> Json:
    return {"@odata.context": context, "value": [*entries]}


def refusal(document: Json, **limits: Any) -> list[tuple[str, str]]:
    with pytest.raises(WireError) as caught:
        recognize(document, WireLimits(**limits))
    return [*caught.value.problems]


# The table ----------------------------------------------------------------------------------------


def test_kinds_that_are_read_have_a_class_for_one_and_for_a_page() -> None:
    assert [(kind.entity, kind.page) for kind in READ] == [
        (ExchangeRestoreSession, ExchangeRestoreSessionCollectionResponse),
        (MailboxRestoreArtifact, MailboxRestoreArtifactCollectionResponse),
        (GranularMailboxRestoreArtifact, MailboxRestoreArtifactCollectionResponse),
        (
            MailboxRestoreArtifactsBulkAdditionRequest,
            MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse,
        ),
    ]
    assert KINDS[: len(READ)] == tuple(READ)


MAILBOXES = "ask for exchangeRestoreSessions, those of mailboxes"
RESTORED_BY = "give the session that restores it"
WITH_SESSION = "give its session, or a page of the artifacts of its session"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "exchangeRestoreSession",
        "exchangeRestoreSessions restoreSessions",
        "a restore session of mailboxes",
        "restore sessions of mailboxes",
        RESTORED_BY,
    ),
    (
        "mailboxRestoreArtifact",
        "mailboxRestoreArtifacts",
        "an artifact of a mailbox",
        "artifacts of mailboxes",
        WITH_SESSION,
    ),
    (
        "granularMailboxRestoreArtifact",
        "granularMailboxRestoreArtifacts",
        "a granular artifact of a mailbox",
        "granular artifacts of mailboxes",
        WITH_SESSION,
    ),
    (
        "mailboxRestoreArtifactsBulkAdditionRequest",
        "mailboxRestoreArtifactsBulkAdditionRequests",
        "a bulk request for mailboxes",
        "bulk requests for mailboxes",
        "give its session, or a page of the bulk requests of its session with that",
    ),
    (
        "sharePointRestoreSession",
        "sharePointRestoreSessions restoreSessions",
        "a restore session of SharePoint sites",
        "restore sessions of SharePoint sites",
        MAILBOXES,
    ),
    (
        "siteRestoreArtifact",
        "siteRestoreArtifacts",
        "an artifact of a SharePoint site",
        "artifacts of SharePoint sites",
        MAILBOXES,
    ),
    (
        "granularSiteRestoreArtifact",
        "granularSiteRestoreArtifacts",
        "a granular artifact of a SharePoint site",
        "granular artifacts of SharePoint sites",
        MAILBOXES,
    ),
    (
        "siteRestoreArtifactsBulkAdditionRequest",
        "siteRestoreArtifactsBulkAdditionRequests",
        "a bulk request for SharePoint sites",
        "bulk requests for SharePoint sites",
        MAILBOXES,
    ),
    (
        "oneDriveForBusinessRestoreSession",
        "oneDriveForBusinessRestoreSessions restoreSessions",
        "a restore session of OneDrive accounts",
        "restore sessions of OneDrive accounts",
        MAILBOXES,
    ),
    (
        "driveRestoreArtifact",
        "driveRestoreArtifacts",
        "an artifact of a OneDrive account",
        "artifacts of OneDrive accounts",
        MAILBOXES,
    ),
    (
        "granularDriveRestoreArtifact",
        "granularDriveRestoreArtifacts",
        "a granular artifact of a OneDrive account",
        "granular artifacts of OneDrive accounts",
        MAILBOXES,
    ),
    (
        "driveRestoreArtifactsBulkAdditionRequest",
        "driveRestoreArtifactsBulkAdditionRequests",
        "a bulk request for OneDrive accounts",
        "bulk requests for OneDrive accounts",
        MAILBOXES,
    ),
    (
        "mailboxProtectionUnit",
        "mailboxProtectionUnits protectionUnits",
        "a protection unit of a mailbox",
        "protection units of mailboxes",
        RESTORED_BY,
    ),
    (
        "siteProtectionUnit",
        "siteProtectionUnits protectionUnits",
        "a protection unit of a SharePoint site",
        "protection units of SharePoint sites",
        RESTORED_BY,
    ),
    (
        "driveProtectionUnit",
        "driveProtectionUnits protectionUnits",
        "a protection unit of a OneDrive account",
        "protection units of OneDrive accounts",
        RESTORED_BY,
    ),
    (
        "exchangeProtectionPolicy",
        "exchangeProtectionPolicies protectionPolicies",
        "a protection policy of mailboxes",
        "protection policies of mailboxes",
        RESTORED_BY,
    ),
    (
        "sharePointProtectionPolicy",
        "sharePointProtectionPolicies protectionPolicies",
        "a protection policy of SharePoint sites",
        "protection policies of SharePoint sites",
        RESTORED_BY,
    ),
    (
        "oneDriveForBusinessProtectionPolicy",
        "oneDriveForBusinessProtectionPolicies protectionPolicies",
        "a protection policy of OneDrive accounts",
        "protection policies of OneDrive accounts",
        RESTORED_BY,
    ),
    (
        "restorePoint",
        "restorePoints",
        "a restore point",
        "restore points",
        "give a session that restores from it",
    ),
    (
        "restorePointSearchResponse",
        "",
        "the answer to a search for restore points",
        "answers to a search for restore points",
        "give a session that restores what was found",
    ),
    (
        "",
        "",
        "an error that the service answered",
        "errors that the service answered",
        "ask again once its reason is gone",
    ),
    (
        "",
        "",
        "the body of a request to create a session",
        "bodies of requests to create a session",
        "give the session that the service answers with",
    ),
    (
        "",
        "",
        "the body of a bulk request",
        "bodies of bulk requests",
        "give the session that it is for",
    ),
    (
        "",
        "",
        "an update of a session",
        "updates of a session",
        "give the session as it is afterwards",
    ),
    (
        "",
        "",
        "a recording of a browser or a proxy",
        "recordings of browsers or proxies",
        "`history` reads HAR files",
    ),
    (
        "",
        "",
        "a snapshot in a log",
        "snapshots in a log",
        "`history` reads logs of them",
    ),
    (
        "",
        "",
        "a call of an operation",
        "calls of operations",
        "`replay` and `serve` read calls",
    ),
)
"""The type of each kind, its collections, its two descriptions and its hint."""


def test_each_kind_has_its_row() -> None:
    assert (
        tuple(
            (kind.type_name or "", " ".join(kind.collections), kind.one, kind.many, kind.instead)
            for kind in KINDS
        )
        == ROWS
    )


def test_the_kinds_without_a_key() -> None:
    assert {kind.one for kind in KINDS if not kind.has_id} == {
        "the answer to a search for restore points",
        "an error that the service answered",
        "the body of a request to create a session",
        "the body of a bulk request",
        "an update of a session",
        "a recording of a browser or a proxy",
        "a snapshot in a log",
    }


STATUSES: dict[str, set[str]] = {
    "RestoreSession": {
        "draft",
        "activating",
        "active",
        "completedWithError",
        "completed",
        "failed",
    },
    "RestoreArtifact": {
        "added",
        "scheduling",
        "scheduled",
        "inProgress",
        "succeeded",
        "failed",
    },
    "BulkAdditionRequest": {"unknown", "active", "completed", "completedWithErrors"},
}
"""The statuses of the types whose names end so; the status of another kind shows nothing."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.one)
def test_a_kind_has_the_statuses_of_its_type(kind: DocumentKind) -> None:
    ends = [end for end in STATUSES if str(kind.type_name).endswith(end)]
    assert kind.statuses == (STATUSES[ends[0]] if ends else set())


CHANGES = "id status createdBy createdDateTime lastModifiedBy lastModifiedDateTime"
OF_SESSION = (
    f"{CHANGES} completedDateTime error policyId restoreJobType restoreSessionArtifactCount"
)
OF_BROWSED = "id status destinationType startDateTime completionDateTime error"
OF_ARTIFACT = f"{OF_BROWSED} restorePoint"
TO_RESTORE = "protectionTimePeriod protectionUnitIds restorePointPreference tags"
OF_BULK_REQUEST = f"{CHANGES} displayName error {TO_RESTORE}"
OF_UNIT = f"{CHANGES} error policyId protectionSources offboardRequestedDateTime"
OF_POLICY = f"{CHANGES} displayName retentionSettings isEnabled"
RESTORED_SITE = "restoredSiteId restoredSiteName restoredSiteWebUrl"
RESTORED_ITEM = "restoredItemKey restoredItemPath restoredItemWebUrl"
BROWSED = f"browseSessionId restorePointDateTime webUrl {RESTORED_ITEM}"

NAMES: dict[str, str] = {
    "a restore session of SharePoint sites": f"{OF_SESSION} siteRestoreArtifacts"
    " granularSiteRestoreArtifacts siteRestoreArtifactsBulkAdditionRequests",
    "an artifact of a SharePoint site": f"{OF_ARTIFACT} {RESTORED_SITE}",
    "a granular artifact of a SharePoint site": f"{OF_BROWSED} {BROWSED} siteId",
    "a bulk request for SharePoint sites": f"{OF_BULK_REQUEST} siteIds siteWebUrls",
    "a restore session of OneDrive accounts": f"{OF_SESSION} driveRestoreArtifacts"
    " granularDriveRestoreArtifacts driveRestoreArtifactsBulkAdditionRequests",
    "an artifact of a OneDrive account": f"{OF_ARTIFACT} {RESTORED_SITE}",
    "a granular artifact of a OneDrive account": f"{OF_BROWSED} {BROWSED} directoryObjectId",
    "a bulk request for OneDrive accounts": f"{OF_BULK_REQUEST} drives directoryObjectIds",
    "a protection unit of a mailbox": f"{OF_UNIT} directoryObjectId displayName email",
    "a protection unit of a SharePoint site": f"{OF_UNIT} siteId siteName siteWebUrl",
    "a protection unit of a OneDrive account": f"{OF_UNIT} directoryObjectId displayName email",
    "a protection policy of mailboxes": f"{OF_POLICY} mailboxProtectionUnits",
    "a protection policy of SharePoint sites": f"{OF_POLICY} siteProtectionUnits",
    "a protection policy of OneDrive accounts": f"{OF_POLICY} driveProtectionUnits",
    "a restore point": "protectionDateTime expirationDateTime tags protectionUnit",
    "the answer to a search for restore points": "searchResponseId searchResults"
    " noResultProtectionUnitIds",
    "an error that the service answered": "error",
    "a recording of a browser or a proxy": "log",
    "a snapshot in a log": "time session",
    "a call of an operation": "jsonrpc method params",
}
"""The names by which the kinds are recognized that have no class of their own."""

CLASSES: dict[str, type] = {
    "the body of a request to create a session": CreateSessionRequest,
    "the body of a bulk request": CreateBulkRequest,
    "an update of a session": UpdateSessionRequest,
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.one)
def test_a_kind_is_recognized_by_its_names(kind: DocumentKind) -> None:
    if kind.one in NAMES:
        assert kind.properties == set(NAMES[kind.one].split())
        return
    names = {known.name for known in properties_of(kind.entity or CLASSES[kind.one])}
    assert kind.properties == names - ({"destinationType"} if kind is REQUEST else set())


def test_each_type_has_one_row() -> None:
    assert len(BY_TYPE) == len(TYPED)


# By its type --------------------------------------------------------------------------------------


@each_typed
@pytest.mark.parametrize("spelled", ["#microsoft.graph.{}", "microsoft.graph.{}"])
def test_W5_a_type_says_what_a_document_is(kind: DocumentKind, spelled: str) -> None:
    for type_name in (str(kind.type_name), str(kind.type_name).lower()):
        annotation = {"@odata.type": spelled.format(type_name)}
        assert recognize(annotation).kind is kind  # its reader reports that it has no id
        found = recognize({"id": "x", "mailboxRestoreArtifacts": [], **annotation})
        assert (found.kind, found.is_page) == (kind, False)
        assert found.entity_class is kind.entity
        found = recognize(page({"id": "x", **annotation}))
        assert (found.kind, found.is_page) == (kind, True)
        assert found.entity_class is kind.page


def test_W5_the_lower_case_p_of_the_documentation_is_not_another_type() -> None:
    found = recognize({"@odata.type": "#microsoft.graph.sharepointRestoreSession", "id": "s1"})
    assert found.words == "a restore session of SharePoint sites (sharePointRestoreSession)"
    assert found.entity_class is None


def test_the_type_of_a_page_is_that_of_its_class() -> None:
    typed = {"@odata.type": "#microsoft.graph.exchangeRestoreSessionCollectionResponse"}
    assert recognize(page(**typed)).kind is SESSION


@pytest.mark.parametrize("annotation", ["#microsoft.graph.user", "", "#Edm.String", "x" * 5000])
def test_a_type_that_has_nothing_to_do_with_restores_is_refused_by_name(annotation: str) -> None:
    typed = {"id": "x", "@odata.type": annotation}
    for document, path in ((typed, "$"), (page(SELECTED, typed), "$.value[1]")):
        ((where, message),) = refusal(document)
        assert where == f'{path}["@odata.type"]'
        assert message.endswith("is not a type that belongs to restores")
        assert len(message) < 200


SELECTED = {"id": "a", "status": "added"}


@pytest.mark.parametrize("annotation", [None, 5, [], {}])
def test_a_type_that_is_not_a_text_is_ignored(annotation: Json) -> None:
    assert recognize(page(SELECTED | {"@odata.type": annotation})).kind is WHOLE


# By its context -----------------------------------------------------------------------------------


@each_typed
@pytest.mark.parametrize("selected", ["", "(id,status)", "(mailboxRestoreArtifacts())"])
def test_a_context_says_what_a_document_is(kind: DocumentKind, selected: str) -> None:
    contexts = [f"{METADATA}Collection(microsoft.graph.{kind.type_name}){selected}"]
    if kind.collections:
        own = kind.collections[0]
        contexts += [
            f"{RESTORES}{own}{selected}",
            f"{RESTORES}exchangeRestoreSessions('a/b')/{own}{selected}",
            f"/solutions/backupRestore/$metadata#{own}{selected}",
        ]
    for context in contexts:
        for document in (
            of_context(context),
            of_context(context, {"id": "x"}),
            of_context(context, {"id": "x", "status": "active"}, {}),
        ):
            found = recognize(document)
            assert (found.kind, found.is_page) == (kind, True)
    if kind.collections:
        single = {"@odata.context": f"{RESTORES}{own}{selected}/$entity", "id": "x"}
        assert recognize(single).kind is kind


def test_the_context_of_an_answer_names_its_type() -> None:
    context = f"{METADATA}microsoft.graph.restorePointSearchResponse"
    found = recognize({"@odata.context": context, "searchResponseId": "q"})
    assert found.kind.type_name == "restorePointSearchResponse"


def test_W5_the_type_of_an_entry_overrides_the_context() -> None:
    typed = {"id": "a", "@odata.type": "#microsoft.graph.mailboxRestoreArtifact"}
    found = recognize(of_context(f"{RESTORES}granularMailboxRestoreArtifacts", typed))
    assert found.kind is WHOLE


@pytest.mark.parametrize("context", ["x", "", "$metadata", None, 5, [], f"{METADATA}\0", "#"])
def test_an_uninformative_context_is_ignored(context: Json) -> None:
    document = {"@odata.context": context, "id": "s1", "restoreJobType": "standard"}
    assert recognize(document).kind is SESSION


@pytest.mark.parametrize(
    ("context", "name"),
    [
        (f"{METADATA}users", "users"),
        (f"{RESTORES}exchangeRestoreSessions('s1')/status", "status"),
        (f"{METADATA}Collection(Edm.String)", "Edm.String"),
    ],
)
def test_a_context_that_has_nothing_to_do_with_restores_is_refused_by_name(
    context: str, name: str
) -> None:
    for document in (of_context(context, SELECTED), {"@odata.context": context, "id": "s1"}):
        message = f"{name!r} is not a type that belongs to restores"
        assert refusal(document) == [('$["@odata.context"]', message)]


# By its properties --------------------------------------------------------------------------------


@each_typed
def test_all_of_its_properties_show_what_a_document_is(kind: DocumentKind) -> None:
    full: Json = dict.fromkeys(kind.properties)
    if kind.has_id:
        full["id"] = "x"
    for document in (full, page(full)):
        assert set(recognize(document).kinds) == ALIKE.get(str(kind.type_name), {kind})


_ALIKE = [
    {"siteRestoreArtifact", "driveRestoreArtifact"},
    {"mailboxProtectionUnit", "driveProtectionUnit"},
]
ALIKE = {name: {BY_TYPE[each] for each in names} for names in _ALIKE for name in names}
"""The kinds that have the same properties. None of them can be read."""


def test_a_document_that_is_not_read_is_described_by_all_its_possible_kinds() -> None:
    artifact = {"id": "a", "restoredSiteId": "x"}
    assert recognize(artifact).words == (
        "an artifact of a SharePoint site or an artifact of a OneDrive account "
        "(siteRestoreArtifact, driveRestoreArtifact)"
    )
    assert recognize(page(artifact)).words == (
        "a page of artifacts of SharePoint sites or artifacts of OneDrive accounts "
        "(siteRestoreArtifact, driveRestoreArtifact)"
    )


SHOWN: dict[str, tuple[Json, DocumentKind]] = {
    "a session by its status": ({"id": "s", "status": "draft"}, SESSION),
    "a session by its counts": ({"id": "s", "restoreSessionArtifactCount": {}}, SESSION),
    "a session by an annotation": ({"id": "s", "mailboxRestoreArtifacts@odata.count": 3}, SESSION),
    "a session though it has what an artifact has": (
        {"id": "s", "status": "draft", "destinationType": "new"},
        SESSION,
    ),
    "an artifact by its status": ({"id": "a", "status": "inProgress"}, WHOLE),
    "a bulk request by its error and its status": (
        {"id": "b", "status": "completedWithErrors", "error": None},
        REQUEST,
    ),
    "an artifact by its destination": ({"id": "a", "destinationType": "new"}, WHOLE),
    "an artifact though it has what a request has": (
        {"id": "a", "destinationType": "new", "displayName": "x"},
        WHOLE,
    ),
    "an artifact by its restore point": ({"id": "a", "restorePoint": {"id": "p"}}, WHOLE),
    "an artifact though it has what a session has": (
        {"id": "a", "status": "added", "createdDateTime": "2026-01-05T08:00:00Z"},
        WHOLE,
    ),
    "a granular artifact by its search": ({"id": "a", "searchResponseId": "q"}, GRANULAR),
    "a bulk request by its mailboxes": ({"id": "b", "status": "active", "mailboxes": []}, REQUEST),
    "a bulk request by its status": ({"id": "b", "status": "completedWithErrors"}, REQUEST),
    "a session of sites": (
        {"id": "s", "status": "failed", "granularSiteRestoreArtifacts": None},
        BY_TYPE["sharePointRestoreSession"],
    ),
    "a restore point": ({"id": "p", "protectionDateTime": "x"}, BY_TYPE["restorePoint"]),
    "a protection unit": (
        {"id": "u", "status": "protected", "email": "x", "displayName": "x"},
        BY_TYPE["mailboxProtectionUnit"],
    ),
}
each_shown = pytest.mark.parametrize(("document", "kind"), SHOWN.values(), ids=list(SHOWN))


@each_shown
def test_properties_of_few_kinds_determine_the_kind(document: Json, kind: DocumentKind) -> None:
    assert recognize(document).kind is kind
    assert recognize(dict(reversed(document.items()))).kind is kind
    assert recognize(page(document)).kind is kind
    if kind.entity is not None:
        assert recognize(page({"id": "x"}, document, {"y": 1})).kind is kind


WITHOUT_KEY: dict[str, tuple[Json, str]] = {
    "an error": ({"error": {"code": "x"}}, ERROR.one),
    "an error with a context": ({"error": {}, "@odata.context": "x"}, ERROR.one),
    "the answer of a search": (
        {"searchResponseId": "q", "searchResults": []},
        "the answer to a search for restore points",
    ),
    "a create": (
        {"mailboxRestoreArtifacts": [{"destinationType": "new"}]},
        "the body of a request to create a session",
    ),
    "a granular create under a policy": (
        {"granularMailboxRestoreArtifacts": [], "policyId": "p"},
        "the body of a request to create a session",
    ),
    "an update": ({"mailboxRestoreArtifacts@delta": []}, "an update of a session"),
    "a create of a bulk request": ({"mailboxes": [], "tags": "none"}, "the body of a bulk request"),
    "a call": ({"method": "get", "params": {"sessionId": "s1"}}, "a call of an operation"),
    "a call with an id": ({"jsonrpc": "2.0", "id": 1, "method": "get"}, "a call of an operation"),
}


@pytest.mark.parametrize(("document", "words"), WITHOUT_KEY.values(), ids=list(WITHOUT_KEY))
def test_documents_that_are_not_entities_are_recognized_too(document: Json, words: str) -> None:
    assert recognize(document).kind.one == words


def test_a_session_without_an_id_is_still_a_session() -> None:
    """The reader reports that the id is missing."""
    assert recognize({"status": "active"}).kind is SESSION
    assert recognize({"restoreJobType": "bulk", "mailboxRestoreArtifacts": []}).kind is SESSION


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "s1"},
        {"id": "s1", "status": "failed"},
        {"id": "s1", "searchResults": [], "noResultProtectionUnitIds": []},
    ],
)
def test_a_single_document_is_a_session_unless_something_shows_otherwise(entry: Json) -> None:
    assert recognize(entry).kind is SESSION


BUSY = {"code": "Busy", "message": "Try later. "}


@pytest.mark.parametrize(
    ("kind", "document", "words"),
    [
        (SESSION, {"error": BUSY}, "a restore session of mailboxes (exchangeRestoreSession)"),
        (ERROR, {"error": BUSY}, f"{ERROR.one}: Busy: Try later"),
        (ERROR, {"error": {"message": "Try later."}}, f"{ERROR.one}: Try later"),
        (ERROR, {"error": {"code": 5, "message": "Try later."}}, f"{ERROR.one}: Try later"),
        (ERROR, {"error": "Busy"}, ERROR.one),
        (ERROR, {}, ERROR.one),
        (ERROR, ["error"], ERROR.one),
        (ERROR, "error", ERROR.one),
    ],
)
def test_an_error_is_described_with_its_code_and_message(
    kind: DocumentKind, document: Json, words: str
) -> None:
    assert words_of(kind, document) == words


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ({"@odata.type": "#microsoft.graph.sharePointRestoreSession"}, "sharePointRestoreSession"),
        (
            {"@odata.type": "microsoft.graph.oneDriveForBusinessRestoreSession", "id": "s1"},
            "oneDriveForBusinessRestoreSession",
        ),
        ({"@odata.type": "#microsoft.graph.exchangeRestoreSession"}, None),
        ({"@odata.type": "#microsoft.graph.siteRestoreArtifact"}, None),
        ({"@odata.type": "#microsoft.graph.user"}, None),
        ({"@odata.type": ["#microsoft.graph.sharePointRestoreSession"]}, None),
        ({"id": "s1", "siteRestoreArtifacts": []}, None),
        (["@odata.type"], None),
        ("#microsoft.graph.sharePointRestoreSession", None),
    ],
)
def test_a_session_that_is_not_read_is_recognized_by_its_type(
    entry: Json, name: str | None
) -> None:
    kind = kind_of_other_session(entry)
    assert (kind and kind.type_name) == name


# What is not guessed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "options"),
    [
        ([{"id": "x"}], {SESSION, WHOLE, GRANULAR, REQUEST}),
        ([{"id": "x", "status": "paused"}], {SESSION, WHOLE, GRANULAR, REQUEST}),
        ([{"id": "x", "status": "failed"}], {SESSION, WHOLE, GRANULAR}),
        ([{"id": "x", "status": "active"}], {SESSION, REQUEST}),
        ([{"id": "x", "status": "completed", "error": None}], {SESSION, REQUEST}),
        ([{"id": "x", "createdDateTime": None}], {SESSION, REQUEST}),
        ([{"id": "x", "status": "failed"}, {"id": "y", "status": "completed"}], {SESSION}),
        ([{"id": "x", "status": "failed"}, {"id": "y", "status": "succeeded"}], {WHOLE}),
    ],
)
def test_entries_that_may_be_of_several_kinds_are_not_guessed(
    entries: list[Json], options: set[DocumentKind]
) -> None:
    if len(options) == 1:
        assert {recognize(page(*entries)).kind} == options
        return
    ((path, message),) = refusal(page(*entries))
    assert path == "$"
    for kind in READ:
        assert (kind.many in message) is (kind in options)
    assert "keep its @odata.context" in message


def test_the_workload_of_a_session_is_not_guessed() -> None:
    bare = {"id": "s1", "status": "active"}
    ((_, message),) = refusal(of_context(f"{RESTORES}restoreSessions", bare))
    assert message.count("restore sessions of ") == 3
    ((_, message),) = refusal({"@odata.context": f"{RESTORES}restoreSessions/$entity", **bare})
    assert message == (
        "it may be a restore session of mailboxes, a restore session of SharePoint sites or "
        "a restore session of OneDrive accounts"
    )
    shown: Json = {**bare, "mailboxRestoreArtifacts": []}
    assert recognize(of_context(f"{RESTORES}restoreSessions", shown)).kind is SESSION
    assert recognize(of_context(f"{RESTORES}restoreSessions")).kinds == [SESSION]


@pytest.mark.parametrize(
    ("document", "part"),
    [
        ({}, "expected a session, which has an id, or a page, which has a value"),
        ({"a": 1}, "expected a session, which has an id, or a page, which has a value"),
        ({"@odata.context": "x"}, "expected a session, which has an id"),
        ({"status": "paused"}, "expected a session, which has an id"),
        (page(), "an empty page does not say what it is of"),
        (page({}), "nothing on this page is known"),
        (page({"a": 1}), "nothing on this page is known"),
        ({"Id": "s1", "Status": "completed"}, "names that begin with a capital"),
        ({"Value": [{"Id": "s1"}]}, "names that begin with a capital"),
        ({"RestoreJobType": "bulk"}, "names that begin with a capital"),
        (page({"MailboxRestoreArtifacts": []}), "nothing on this page is known"),
    ],
)
def test_an_unrecognizable_document_is_refused(document: Json, part: str) -> None:
    ((path, message),) = refusal(document)
    assert path == "$"
    assert part in message


@pytest.mark.parametrize("value", [None, "a", 5, {}, [5], [[]], [{}, None]])
def test_the_reader_refuses_a_page_that_is_not_a_list_of_objects(value: Json) -> None:
    if value == {}:
        assert refusal({"value": value})
    else:
        assert recognize({"value": value}).is_page


# Pages of several kinds ---------------------------------------------------------------------------


def test_an_entry_of_another_kind_is_reported_with_its_place() -> None:
    typed = [
        {"@odata.type": f"#microsoft.graph.{name}", "id": name}
        for name in (
            "sharePointRestoreSession",
            "exchangeRestoreSession",
            "oneDriveForBusinessRestoreSession",
            "exchangeRestoreSession",
        )
    ]
    found = refusal(of_context(f"{RESTORES}restoreSessions", *typed))
    assert [path for path, _ in found] == ["$.value[0]", "$.value[2]"]
    assert found[0][1] == (
        "expected a restore session of mailboxes, got a restore session of SharePoint sites "
        "(sharePointRestoreSession); ask for exchangeRestoreSessions, those of mailboxes"
    )
    assert "of OneDrive accounts (oneDriveForBusinessRestoreSession)" in found[1][1]


def test_sessions_and_artifacts_are_on_no_page_together() -> None:
    session, artifact = {"id": "s", "status": "draft"}, {"id": "a", "status": "added"}
    ((path, message),) = refusal(page({"id": "x"}, session, artifact))
    assert path == "$.value[2]"
    assert message.startswith("expected a restore session of mailboxes, got an artifact of a mail")
    ((path, message),) = refusal(page(artifact, session))
    assert path == "$.value[1]"
    assert message.startswith("expected an artifact of a mailbox, got a restore session of mailb")


def test_kinds_that_are_not_read_are_on_no_page_together_either() -> None:
    unit = {"id": "u", "@odata.type": "#microsoft.graph.siteProtectionUnit"}
    point = {"id": "p", "@odata.type": "#microsoft.graph.restorePoint"}
    ((path, message),) = refusal(page(unit, point))
    assert path == "$.value[1]"
    assert "expected a protection unit of a SharePoint site, got a restore point" in message


def test_W4_the_number_of_problems_of_a_page_is_limited() -> None:
    artifacts = [{"id": "a", "status": "added"}] * 9
    assert len(refusal(page({"id": "s", "status": "draft"}, *artifacts), problems=3)) == 4
    types = [{"@odata.type": f"#microsoft.graph.type{number}"} for number in range(9)]
    assert len(refusal(page(*types), problems=3)) == 4


def test_whole_and_granular_artifacts_are_on_one_page() -> None:
    granular = {"id": "g", "@odata.type": "#microsoft.graph.granularMailboxRestoreArtifact"}
    whole = {"id": "a", "@odata.type": "#microsoft.graph.mailboxRestoreArtifact"}
    assert recognize(page(granular, whole)).kind is WHOLE
    assert recognize(page(granular, {"id": "a"})).kind is GRANULAR


def test_each_shape_of_entries_on_a_page_is_checked_once() -> None:
    """The cost is that of iterating over the entries."""
    calls = 0

    class Counted(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            nonlocal calls
            calls += 1
            return super().get(name, default)

    def looks(number: int) -> int:
        nonlocal calls
        calls = 0
        recognize(page(*(Counted(id=str(n), status="added") for n in range(number))))
        return calls

    assert looks(2000) - looks(1000) == looks(3000) - looks(2000) <= 2 * 1000


# Any document -------------------------------------------------------------------------------------


@given(st.sampled_from(READ).flatmap(lambda kind: st.tuples(st.just(kind), st.data())))
def test_a_document_is_recognized_as_its_kind_or_refused(
    drawn: tuple[DocumentKind, st.DataObject],
) -> None:
    kind, data = drawn
    entity_class: Any = kind.entity
    document = data.draw(documents(entity_class))
    allowed = {kind}
    if kind is GRANULAR:  # it may have the type of the other
        allowed.add(WHOLE)
    if kind is REQUEST and "destinationType" in document:
        allowed.add(WHOLE)
    with suppress(WireError):
        assert recognize(page(document)).entity_class in {each.page for each in allowed}
    allowed.add(SESSION)  # a property that is given by itself, and shows nothing else
    assert recognize(document).kind in allowed
