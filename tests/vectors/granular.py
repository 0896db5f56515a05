"""Granular sessions, sessions that begin empty, and policies (rules S9, S10, O1-O6)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any, Final

from restore_domain.verification.histories import Call

from .asking import (
    ADA,
    BOB,
    DELTA,
    ENTRIES,
    NOT_WHITE_SPACE,
    activate,
    artifact,
    at,
    create,
    create_artifact,
    delete,
    get,
    list_artifacts,
    list_granular_artifacts,
    list_sessions,
    record,
    removal,
    report,
    update,
    without,
)
from .declaring import Declared, Topic, case, cases
from .refused_sessions import of_bad_ids, of_no_drafts
from .requested_artifacts import SAME_POINT, of_bad_artifacts, of_bad_places
from .states import granular, session, start, stored

__all__ = ["GRANULAR"]

# A row of a table is a case: its name, its description, the initial state and the calls.
# fmt: off

CHOSEN: Final = "granularMailboxRestoreArtifacts"
CHOSEN_DELTA: Final = "granularMailboxRestoreArtifacts@delta"
WHOLE_TYPE: Final = "microsoft.graph.mailboxRestoreArtifact"
CHOSEN_TYPE: Final = "microsoft.graph.granularMailboxRestoreArtifact"


def items(point: Any = "p1", search: Any = "q1", destination: Any = "inPlace",
          **others: Any) -> dict[str, Any]:
    """Return a granular artifact as it is in a request."""
    return {**artifact(point, destination), "searchResponseId": search, **others}


def create_granular(*artifacts: Any, **others: Any) -> Call:
    """Create a granular session."""
    ids = [f"g{number}" for number in range(1, len(artifacts) + 1)]
    return create(request={CHOSEN: list(artifacts)}, **{"ids": ids, **others})


def update_granular(*entries: Any, **others: Any) -> Call:
    """Update a granular session."""
    return update(request={CHOSEN_DELTA: list(entries)}, **others)


def _null_request(call: Call) -> Call:
    return {**call, "params": {**call["params"], "request": None}}


_EMPTY: Final = create(request={})
_ONE: Final = create(artifact("p1"))
_CHOSEN: Final = create_granular(items("p1"))
_BOTH: Final = start(session(stored("a1", "added"),
    granularMailboxRestoreArtifacts=[granular("g1", "added")]))
_AMONG: Final = start(session(stored("a1", "added"), granular("g1", "added")))
_AMONG_ALONE: Final = start(session(granular("g1", "added")))
_SAYS_STANDARD: Final = start(session(restoreJobType="standard",
    granularMailboxRestoreArtifacts=[granular("g1", "added")]))
_SAYS_GRANULAR: Final = start(session(stored("a1", "added"), restoreJobType="granular"))
_SAYS_GRANULAR_EMPTY: Final = start(session(restoreJobType="granular",
    granularMailboxRestoreArtifacts=[]))
_BULK: Final = start(session(stored("a1", "added"), restoreJobType="bulk"))

# Empty sessions -----------------------------------------------------------------------------------

_BEGINNING: Final = (
    *cases("O1", "empty/",
        ("no-list", "Without a list of artifacts the session is empty.", _EMPTY, get(),
         list_artifacts(), list_granular_artifacts()),
        ("null", "A request may be null.", _null_request(create(artifact())), get()),
        ("missing", "A request may be missing.", without(create(artifact()), "request"), get()),
        ("other-properties", "Properties that do not concern artifacts make no difference.",
         create(request={"@odata.type": "#microsoft.graph.exchangeRestoreSession", "note": 1}),
         get()),
        ("by-somebody", "The empty session shows who created it.", create(request={}, actor=ADA)),
        ("two", "Several sessions may be empty.", _EMPTY, create(request={}, session="s2"),
         list_sessions()),
    ),
    *cases("O3", "empty/",
        ("update", "Artifacts of whole mailboxes can be added to an empty session.",
         _EMPTY, update(artifact("p1"), artifact("p2")), get()),
        ("update-again", "The artifacts can be removed again, which leaves an empty session.",
         _EMPTY, update(artifact("p1")), update(removal("n1")),
         update(artifact("p2", "new")), get()),
        ("removal",
         "Nothing can be removed from an empty session.", _EMPTY, update(removal("a1")), get()),
    ),
    case("empty/granular-delta", "O3",
        "Granular artifacts can not be added to an empty session.",
        _EMPTY, update_granular(items()), get()),
    case("empty/createArtifact", "O6",
        "A single artifact of a whole mailbox can be added to an empty session.",
        _EMPTY, create_artifact(artifact()), get()),
    case("empty/activate", "O4",
        "An empty session can not be activated: there is nothing to restore.",
        _EMPTY, activate(), get()),
    case("empty/filled-and-activated", "O4",
        "An empty session can be activated after artifacts were added.",
        _EMPTY, create_artifact(artifact("p1")), activate(now=at(70)), get()),
    case("empty/delete", "O5", "An empty session can be deleted.", _EMPTY, delete(), get()),
)

# Creating a granular session ---------------------------------------------------------------

_BOTH_LISTS: Final = {ENTRIES: [artifact("p1")], CHOSEN: [items("p2")]}
_MISSPELT: Final = "granularMailboxRestoreArtifact"
_REQUESTS: Final = "mailboxRestoreArtifactsBulkAdditionRequests"

_NO_CREATION: Final[tuple[tuple[str, Any, str], ...]] = (
    ("null", {CHOSEN: None}, "The list is null."),
    ("empty", {CHOSEN: []}, "The list is empty."),
    ("no-array", {CHOSEN: {}}, "The list is an object."),
    ("entry-null", {CHOSEN: [items(), None]}, "An artifact is null."),
    ("entry-a-text", {CHOSEN: ["p1"]}, "An artifact is a text."),
    ("both", _BOTH_LISTS, "The request has both lists."),
    ("both/whole-null", {ENTRIES: None, CHOSEN: [items()]},
     "The request has both lists, and the first one is null."),
    ("both/granular-null", {ENTRIES: [artifact()], CHOSEN: None},
     "The request has both lists, and the second one is null."),
    ("both/empty", {ENTRIES: [], CHOSEN: []}, "The request has both lists, and both are empty."),
    ("misspelt", {_MISSPELT: [items()]},
     "The list is spelled as in one place of the service's documentation."),
    ("misspelt/beside", {ENTRIES: [artifact()], _MISSPELT: [items()]},
     "One list has the documentation's wrong spelling, and another one the right spelling."),
    ("misspelt/null", {_MISSPELT: None}, "The misspelt list is null."),
    ("bulk", {_REQUESTS: [{"mailboxes": ["ada@example.com"]}]},
     "The request contains bulk requests."),
    ("bulk/empty", {_REQUESTS: []}, "The request contains an empty list of bulk requests."),
    ("bulk/beside", {ENTRIES: [artifact()], _REQUESTS: []},
     "The request contains bulk requests in addition to the list."),
    ("delta", {DELTA: [artifact()]}, "The request contains the delta of an update."),
    ("delta/beside", {ENTRIES: [artifact()], CHOSEN_DELTA: [items()]},
     "The request contains the delta of an update in addition to the list."),
)

_BLANK_SEARCHES: Final[tuple[tuple[str, Any, str], ...]] = (
    ("null", None, "null"),
    ("empty", "", "the empty text"),
    ("blank", " \t", "blank"),
    ("next-line", "\u0085", "white space"),
    ("wide-space", "\u3000", "white space"),
    ("a-number", 5, "a number"),
    ("an-object", {"id": "q1"}, "an object"),
)

_TYPES: Final[tuple[tuple[str, str, str], ...]] = (
    ("plain", "#{}", "An artifact may include its type."),
    ("without-number-sign", "{}", "The number sign of the type may be missing."),
)


def _typed(annotation: Any, entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "@odata.type": annotation}


_WRONG_TYPES: Final[tuple[tuple[str, Any], ...]] = (
    ("other", "#microsoft.graph.siteRestoreArtifact"),
    ("session", "#microsoft.graph.exchangeRestoreSession"),
    ("null", None),
    ("empty", ""),
    ("a-number", 5),
    ("an-object", {}),
    ("an-array", []),
    ("a-boolean", True),
    ("two-signs", f"##{CHOSEN_TYPE}"),
)


def _of_types(  # noqa: PLR0913, PLR0917 - what the operations differ in
    rule: str, name: str, call: Callable[[Any], Call], good: dict[str, Any],
    own: str, other: str, *before: Call
) -> tuple[Declared, ...]:
    """Annotate an artifact with its type in each spelling, and with other types."""
    return (
        *(
            case(f"{name}/type/{way}", rule, words, *before, call(_typed(form.format(own), good)),
                get())
            for way, form, words in _TYPES
        ),
        case(f"{name}/type/other-case", rule,
            "Neither the case nor the number sign of the type matters.",
            *before, call(_typed(own.upper(), good)), get()),
        *(
            case(f"{name}/InvalidArtifactRequest/type-{way}", rule,
                "The type of an artifact is not that of its list.",
                *before, call(_typed(annotation, good)), get())
            for way, annotation in (("of-the-other-list", f"#{other}"), *_WRONG_TYPES)
        ),
    )


def _of_searches(rule: str, name: str, call: Callable[[Any], Call],
                 *before: Call) -> tuple[Declared, ...]:
    """Request a granular artifact without a search."""
    return (
        case(f"{name}/InvalidArtifactRequest/search-missing", rule,
            "A granular artifact has no search.", *before, call(artifact("p9")), get()),
        *(
            case(f"{name}/InvalidArtifactRequest/search-{way}", rule,
                f"The search of a granular artifact is {words}.",
                *before, call(items("p9", search)), get())
            for way, search, words in _BLANK_SEARCHES
        ),
        *(
            case(f"{name}/search-{way}", rule,
                f"The search of a granular artifact is a {words}, which is not white space.",
                *before, call(items("p9", search)), get())
            for way, search, words in NOT_WHITE_SPACE
        ),
    )


def _of_whole(rule: str, name: str, call: Callable[[Any], Call],
              *before: Call) -> tuple[Declared, ...]:
    """Request a granular artifact instead of a whole mailbox."""
    return (
        *_of_types(rule, name, call, artifact("p9"), WHOLE_TYPE, CHOSEN_TYPE, *before),
        *(
            case(f"{name}/InvalidArtifactRequest/search-{way}", rule,
                "The restore of a whole mailbox has a search.",
                *before, call(items("p9", search)), get())
            for way, search in (("given", "q1"), ("null", None), ("empty", ""))
        ),
        case(f"{name}/InvalidArtifactRequest/type-and-search", rule,
            "A granular artifact is among those of whole mailboxes.",
            *before, call(_typed(f"#{CHOSEN_TYPE}", items("p9"))), get()),
    )


_ALMOST_SAME: Final = cases("O1", "create/",
    ("other-search", "Two searches may be restored from the same restore point.",
     create_granular(items("p1", "q1"), items("p1", "q2")), get()),
    ("other-point", "The same search may be restored from two restore points.",
     create_granular(items("p1", "q1"), items("p2", "q1")), get()),
    ("search-of-another-case", "Searches are case-sensitive.",
     create_granular(items("p1", "q1"), items("p1", "Q1")), get()),
    ("search-with-spaces", "Spaces around a search belong to it.",
     create_granular(items("p1", "q1"), items("p1", " q1")), get()),
)


def _chosen(number: int) -> list[Any]:
    return [items(f"p{position}") for position in range(1, number + 1)]


_LIMITED: Final = start(limits={"artifactsPerRequest": 2})

_CREATING: Final = (
    *cases("O1", "create/",
        ("one",
         "A new session with a granular artifact is a draft, and the artifact is added.",
         _CHOSEN, get()),
        ("several", "The artifacts keep the order of the request.",
         create_granular(items("p3"), items("p1"), items("p2")), get()),
        ("new", "All artifacts may have the destination new.",
         create_granular(items("p1", destination="new"), items("p2", destination="new")), get()),
        ("by-reference", "A restore point may be given by a reference.",
         create_granular({**items(), "restorePoint": {"@odata.id": "restorePoints('p1')"}}), get()),
        ("more-than-needed", "Other properties of an artifact are ignored.",
         create_granular(items(id="mine", status="failed", artifactCount=7)), get()),
    ),
    *_ALMOST_SAME,
    *(
        case(f"create/InvalidArtifactRequest/{name}", "O1", description,
            create(request=request), get(), list_sessions())
        for name, request, description in _NO_CREATION
    ),
    *_of_types("O1", "create", create_granular, items(), CHOSEN_TYPE, WHOLE_TYPE),
    *_of_searches("O1", "create", create_granular),
    *_of_whole("O1", "create-whole", create),
    *of_bad_artifacts("O1", call=lambda bad: create_granular(
        items("p1"), {"searchResponseId": "q1", **bad}), after=get(), prefix="create/"),
    *of_bad_places("O1", call=lambda *given: create_granular(
        *({"searchResponseId": "q1", **entry} for entry in given)), after=get(), prefix="create/"),
    *(
        case(f"create/DuplicateArtifactInList/{name}", "O1", description,
            create_granular(items("p1"), {**items(), "restorePoint": point}), get())
        for name, point, description in SAME_POINT
    ),
    case("create/DifferentRestoreDestinationType", "O1",
        "The artifacts have two kinds of destinations.",
        create_granular(items("p1"), items("p2", destination="new")), get()),
    case("create/limit", "O1", "A request may have as many artifacts as the limit.",
        _LIMITED, create_granular(*_chosen(2)), get()),
    case("create/RestoreArtifactsLimitBreached", "O1",
        "The limit is the same as for whole mailboxes.",
        _LIMITED, create_granular(*_chosen(3)), get()),
)

# Updating a granular session ----------------------------------------------------------------------

_NO_UPDATE: Final[tuple[tuple[str, str, Any, str], ...]] = (
    ("InvalidArtifactRequest/null", "O3", {CHOSEN_DELTA: None}, "The delta is null."),
    ("InvalidArtifactRequest/empty", "O3", {CHOSEN_DELTA: []}, "The delta is empty."),
    ("InvalidArtifactRequest/both", "O3", {DELTA: [artifact("p8")], CHOSEN_DELTA: [items("p9")]},
     "The request has both deltas."),
    ("InvalidArtifactRequest/both-removals", "O3",
     {DELTA: [removal("g1")], CHOSEN_DELTA: [removal("g1")]}, "The request has both deltas."),
    ("InvalidArtifactRequest/whole", "O3", {DELTA: [artifact("p9")]},
     "Artifacts of whole mailboxes can not be added to a granular session."),
    ("InvalidArtifactRequest/whole-removal", "O3", {DELTA: [removal("g1")]},
     "Granular artifacts are removed with their own delta."),
    ("InvalidArtifactRequest/list", "O3", {CHOSEN: [items("p9")]}, "The delta has another name."),
    ("InvalidArtifactRequest/misspelt", "O3", {f"{_MISSPELT}@delta": [items("p9")]},
     "The delta is misspelt."),
    ("InvalidArtifactRequest/bulk", "O3", {CHOSEN_DELTA: [items("p9")], _REQUESTS: []},
     "The request contains bulk requests."),
    ("InvalidPatchRequest/no-array", "O3", {CHOSEN_DELTA: {}}, "The delta is an object."),
    ("InvalidPatchRequest/entry-null", "O3", {CHOSEN_DELTA: [None]}, "An entry is null."),
    ("InvalidPatchRequest/removal-without-id", "O3", {CHOSEN_DELTA: [{"@removed": {}}]},
     "A removal has no id."),
)

_UPDATING: Final = (
    *cases("O3", "update/",
        ("adds", "Granular artifacts can be added to a granular session.",
         _CHOSEN, update_granular(items("p2"), items("p1", "q2")), get(),
         list_granular_artifacts()),
        ("removes", "Granular artifacts can be removed.",
         create_granular(items("p1"), items("p2")), update_granular(removal("g1")), get()),
        ("removes-all", "All artifacts can be removed, and the session is still granular.",
         _CHOSEN, update_granular(removal("g1")), get(), update_granular(items("p2")), get()),
        ("replaces", "One request may remove an artifact and add the same one again.",
         _CHOSEN, update_granular(items("p1"), removal("g1")), get()),
        ("removal-not-there",
         "The removal of an unknown artifact fails, without affecting other entries.",
         _CHOSEN, update_granular(removal("g9"), items("p2"), removal("g1"), removal("g1")), get()),
        ("removal-not-there/alone", "All entries of a request may fail.",
         _CHOSEN, update_granular(removal("g9")), get()),
        ("by-somebody", "The session shows who updated it.",
         _CHOSEN, update_granular(items("p2"), actor=BOB), get()),
        ("goes-on-in-order", "New artifacts come after those in the list.",
         _CHOSEN, update_granular(items("p0"), ids=["0"]), list_granular_artifacts()),
        ("DuplicateArtifactInList",
         "The session already contains the restore point with this search.",
         _CHOSEN, update_granular(items("p2"), items("p1")), get()),
        ("DuplicateArtifactInList/in-the-request",
         "The request contains the same restore point and search twice.",
         _CHOSEN, update_granular(items("p2"), items("p2")), get()),
        ("DuplicateArtifactInList/of-many-searches",
         "The last of several artifacts has the same search.",
         create_granular(items("p1", "q1"), items("p1", "q2")),
         update_granular(items("p1", "q2")), get()),
        ("DifferentRestoreDestinationType",
         "The artifacts of the session have another destination.",
         _CHOSEN, update_granular(items("p2", destination="new")), get()),
        ("RestoreArtifactsLimitBreached", "The limit counts all entries.",
         _LIMITED, _CHOSEN, update_granular(items("p2"), removal("g1"), removal("g9")), get()),
    ),
    *(
        case(f"update/{name}", rule, description, _CHOSEN, update(request=request), get())
        for name, rule, request, description in _NO_UPDATE
    ),
    *_of_types("O3", "update", update_granular, items("p9"), CHOSEN_TYPE, WHOLE_TYPE, _CHOSEN),
    *_of_searches("O3", "update", update_granular, _CHOSEN),
    *_of_whole("O3", "update-whole", update, _ONE),
    *of_bad_artifacts("O3", _CHOSEN, call=lambda bad: update_granular(
        removal("g1"), {"searchResponseId": "q1", **bad}), after=get(), prefix="update/"),
    *of_no_drafts("O3", update_granular(items("p9")), prefix="update/"),
    case("update-whole/InvalidArtifactRequest/both", "O3", "The request has both deltas.",
        _ONE, update(request={DELTA: [artifact("p8")], CHOSEN_DELTA: [items("p9")]}), get()),
    case("update-whole/InvalidArtifactRequest/granular", "O3",
        "Granular artifacts can not be added to a session of whole mailboxes.",
        _ONE, update_granular(items("p9")),
        get()),
    case("update-whole/InvalidArtifactRequest/granular-removal", "O3",
        "Artifacts of whole mailboxes are removed with their own delta.",
        _ONE, update_granular(removal("a1")), get()),
    *_of_whole("O6", "createArtifact", create_artifact, _ONE),
    case("createArtifact/InvalidArtifactRequest/granular", "O6",
        "Artifacts of whole mailboxes can not be added to a granular session.",
        _CHOSEN, create_artifact(artifact("p9")), get()),
    case("createArtifact/InvalidArtifactRequest/granular-empty", "O6",
        "Artifacts of whole mailboxes can not be added to a granular session that has become "
        "empty.",
        _CHOSEN, update_granular(removal("g1")), create_artifact(artifact("p9")), get()),
    case("bulk/update", "O3", "A bulk session can not be updated.",
        _BULK, update(artifact("p9")), get()),
    case("bulk/update-removal", "O3", "No artifact can be removed from a bulk session.",
        _BULK, update(removal("a1")), get()),
    case("bulk/update-malformed", "O3",
        "A bulk session can not be updated, regardless of the request.",
        _BULK, update(request=7), get()),
    case("bulk/createArtifact", "O6", "No artifact can be added to a bulk session.",
        _BULK, create_artifact(artifact("p9")), get()),
    case("bulk/activate", "O4", "A bulk session can be activated.", _BULK, activate(), get()),
    case("bulk/delete", "O5", "A bulk session can be deleted.", _BULK, delete(), get()),
)

# The kind of a session ----------------------------------------------------------------------------

_OTHER_KINDS: Final = tuple(
    case(f"kind/{name}/{asked}", "S9", f"{words} {verb}", begin, call, get())
    for name, words, begin in (
        ("both", "A session of both kinds", _BOTH),
        ("both-in-one-list", "A session of both kinds in one list", _AMONG),
        ("granular-among-whole", "A granular session in the list of the others",
         _AMONG_ALONE),
        ("standard-by-its-type", "A granular session that says standard", _SAYS_STANDARD),
        ("granular-by-its-type", "A session of a whole mailbox that says granular",
         _SAYS_GRANULAR),
        ("granular-and-empty", "An empty session that says granular", _SAYS_GRANULAR_EMPTY),
    )
    for asked, verb, call in (
        ("whole", "is asked to take a whole mailbox.", update(artifact("p9"))),
        ("granular", "is asked to take chosen items.", update_granular(items("p9"))),
        ("whole-removal", "is asked to give a whole mailbox.", update(removal("a1"))),
        ("granular-removal", "is asked to give chosen items.", update_granular(removal("g1"))),
        ("removal-of-the-other-kind", "is asked to give chosen items by the other delta.",
         update(removal("g1"))),
        ("createArtifact", "is asked to take one whole mailbox.", create_artifact(artifact("p9"))),
    )
)

_KIND: Final = (
    *_OTHER_KINDS,
    *cases("S9", "kind/",
        ("standard", "A session of whole mailboxes is standard.", _ONE, get()),
        ("granular", "A granular session is granular.", _CHOSEN, get()),
        ("empty", "An empty session is standard.", _EMPTY, get()),
        ("asked-for", "The type follows from the artifacts, not from the request.",
         create(request={ENTRIES: [artifact()], "restoreJobType": "granular"}), get()),
        ("unknown", "Artifacts of whole mailboxes can be added to a session of an unknown type.",
         start(session(stored("a1", "added"), restoreJobType="urgent")), update(artifact("p9")),
         get()),
        ("standard-loses-its-items",
         "A standard session accepts whole mailboxes once its granular artifacts are removed.",
         _SAYS_STANDARD, update_granular(removal("g1")), update(artifact("p9")), get()),
        ("standard-keeps-its-type", "An update does not change the type.",
         _SAYS_STANDARD, update_granular(items("p9")), get()),
    ),
    case("activate", "O4", "A granular session can be activated.", _CHOSEN, activate(), get()),
    case("record", "O7", "Reports about granular artifacts are accepted.",
        _CHOSEN, activate(), record(report("failed", "g1")), get()),
    case("count", "S1a", "The declared number of artifacts is dropped with a change.",
        start({**session(granularMailboxRestoreArtifacts=[granular("g1", "added")]),
            "granularMailboxRestoreArtifacts@odata.count": 1}),
        update_granular(items("p9")), get()),
)

# Policies -----------------------------------------------------------------------------------------

_BAD_POLICIES: Final[tuple[tuple[str, Any, str], ...]] = (
    ("null", None, "null"),
    ("a-number", 5, "a number"),
    ("an-object", {"id": "policy-1"}, "an object"),
    ("true", True, "the boolean true"),
)

_UNDER_A_POLICY: Final = create(request={ENTRIES: [artifact("p1")], "policyId": "policy-1"})

_POLICIES: Final = (
    *cases("S10", "policy/",
        ("create", "The policy of a request is kept.", _UNDER_A_POLICY, get()),
        ("create-empty", "An empty session may have a policy.",
         create(request={"policyId": "policy-1"}), get()),
        ("create-granular", "A granular session may have a policy.",
         create(request={CHOSEN: [items()], "policyId": "policy-1"}), get()),
        ("create-empty-text", "A policy may be any text, including the empty one.",
         create(request={"policyId": ""}), get()),
        ("update", "An update may contain only a policy.",
         _ONE, update(request={"policyId": "policy-2"}, actor=BOB), get()),
        ("update-and-add", "An update may contain a policy and add artifacts.",
         _ONE, update(request={"policyId": "policy-2", DELTA: [artifact("p2")]}), get()),
        ("update-other", "The last given policy counts.",
         _UNDER_A_POLICY, update(request={"policyId": "policy-2"}), get()),
        ("update-same", "The same policy again changes nothing.",
         _UNDER_A_POLICY, update(request={"policyId": "policy-1"}, actor=BOB), get()),
        ("update-failed-removals", "A policy is set even if every removal fails.",
         _ONE, update(request={"policyId": "policy-2", DELTA: [removal("a9")]}), get()),
        ("stays", "An update without a policy does not change it.",
         _UNDER_A_POLICY, update(artifact("p2")), get()),
        ("stays-to-the-end", "Other operations on the session do not change the policy.",
         _UNDER_A_POLICY, activate(), record(report("failed")), get()),
        ("read-null", "A session whose policy is null may get one.",
         start(session(stored("a1", "added"), policyId=None)),
         update(request={"policyId": "policy-2"}), get()),
        ("nothing-is-left", "A refused request changes nothing, including the policy.",
         _UNDER_A_POLICY, update(request={"policyId": "policy-2", DELTA: [artifact("p1")]}), get()),
        ("not-draft", "The policy of a session that was activated can not be changed.",
         _UNDER_A_POLICY, activate(), update(request={"policyId": "policy-2"}), get()),
        ("bulk", "A bulk session can not be updated.",
         _BULK, update(request={"policyId": "policy-2"}), get()),
        ("empty-list", "An empty list is refused even if the request has a policy.",
         _ONE, update(request={"policyId": "policy-2", DELTA: []}), get()),
        ("empty-list-to-begin-with", "An empty list is refused even if the request has a policy.",
         create(request={"policyId": "policy-2", ENTRIES: []}), get()),
    ),
    *(
        case(f"policy/InvalidArtifactRequest/{name}", "S10", f"The policy is {words}.",
            create(request={ENTRIES: [artifact()], "policyId": value}), get())
        for name, value, words in _BAD_POLICIES
    ),
    *(
        case(f"policy/InvalidPatchRequest/{name}", "S10", f"The policy is {words}.",
            _UNDER_A_POLICY, update(request={DELTA: [artifact("p2")], "policyId": value}), get())
        for name, value, words in _BAD_POLICIES
    ),
)

# Listing ------------------------------------------------------------------------------------------


def _listed(number: int) -> Call:
    return create_granular(*_chosen(number))


_LIST: Final = (
    *cases("O2", "list/",
        ("one", "There is one granular artifact.", _CHOSEN, list_granular_artifacts()),
        ("none", "All artifacts were removed.",
         _CHOSEN, update_granular(removal("g1")), list_granular_artifacts()),
        ("of-whole-mailboxes", "Artifacts of whole mailboxes are in a list of their own.",
         _ONE, list_granular_artifacts()),
        ("not-in-the-other", "Granular artifacts are not in the list of the others.",
         _CHOSEN, list_artifacts()),
        ("not-held", "The artifacts were not expanded.",
         start({"id": "s1", "status": "active"}), list_granular_artifacts()),
        ("both",
         "A session may have both kinds of artifacts.",
         _BOTH, list_granular_artifacts(), list_artifacts()),
        ("page-by-page", "Every artifact is listed once, page by page.",
         _listed(5), list_granular_artifacts("s1", 2), list_granular_artifacts("s1", 2, after=1),
         list_granular_artifacts("s1", 2, after=2)),
        ("removed-on-a-page-before",
         "If an artifact of an earlier page is removed, no other one is left out.",
         _listed(4), list_granular_artifacts("s1", 2), update_granular(removal("g1")),
         list_granular_artifacts("s1", 2, after=1)),
        ("added-between-pages", "An artifact that is added between two pages comes last.",
         _listed(3), list_granular_artifacts("s1", 2), update_granular(items("p9")),
         list_granular_artifacts("s1", 5, after=1)),
        ("InvalidRequest/top-nought", "The page size is 0.",
         _listed(3), list_granular_artifacts("s1", 0)),
        ("InvalidRequest/token", "The continuation token was not returned with any page.",
         _listed(3), list_granular_artifacts("s1", after="no token of yours")),
    ),
    *of_bad_ids("O2", list_granular_artifacts, _CHOSEN, "list/"),
)

# Order of checks ----------------------------------------------------------------------------------

_FAULTS: Final = {
    "InvalidArtifactRequest": items("p9", " "),
    "RestoreArtifactsLimitBreached": items("p8"),
    "InvalidPathType": items("p7", destination="elsewhere"),
    "InvalidRestorePoint": {**items(), "restorePoint": {}},
    "DifferentRestoreDestinationType": items("p6", destination="new"),
    "DuplicateArtifactInList": items("p2"),
}
"""For each error of a granular artifact, one that has it next to a valid one of ``p2``."""


def _orders() -> tuple[Declared, ...]:
    """Yield the pairs of the checks of create and update."""
    limited = "RestoreArtifactsLimitBreached"

    def pair(operation: str, rule: str, first: str, second: str, *calls: Call) -> Declared:
        begin = start(limits={"artifactsPerRequest": 1}) if limited in {first, second} else start()
        return case(f"order/{operation}/{first}-before-{second}", rule,
            f"{operation}: {first} and {second} both apply, and {first} comes first.",
            begin, *calls)

    creations = [*_FAULTS]
    updates = [*creations[:4], "DuplicateArtifactInList", "DifferentRestoreDestinationType"]
    return (
        *(
            pair("create", "O1", first, second,
                create_granular(items("p2"), _FAULTS[second], _FAULTS[first]))
            for first, second in combinations(creations, 2)
        ),
        *(
            pair("update", "O3", first, second,
                _CHOSEN, update_granular(items("p2"), _FAULTS[second], _FAULTS[first]))
            for first, second in combinations(updates, 2)
        ),
        *(
            pair("create", "O1", "InvalidArtifactRequest", second,
                create(artifact("p2"), fault, _typed(CHOSEN_TYPE, artifact("p9"))))
            for second, fault in _WHOLE_FAULTS.items()
        ),
        case("order/update/InvalidPatchRequest-before-InvalidArtifactRequest", "O3",
            "A malformed entry is found before a list of the wrong kind.",
            _ONE, update_granular(removal(None))),
        case("order/update-of-a-mailbox/InvalidArtifactRequest-before-InvalidPathType", "O3",
            "A list of the wrong kind is found before problems in it.",
            _ONE, update_granular(items("p9", destination="elsewhere"))),
        case("order/createArtifact/InvalidArtifactRequest-before-InvalidPathType", "O6",
            "That a session is granular is found before problems of the artifact.",
            _CHOSEN, create_artifact(artifact("p9", "elsewhere"))),
        case("order/createArtifact/RestoreSessionActionNotAllowed-before-InvalidArtifactRequest",
            "O6", "That a session is a bulk session is found before a malformed request.",
            _BULK, create_artifact(7)),
        case("order/policy/InvalidPatchRequest-before-InvalidArtifactRequest", "S10",
            "An invalid policy is found before the presence of both lists.",
            _ONE, update(request={"policyId": 5, DELTA: [], CHOSEN_DELTA: []})),
    )


_WHOLE_FAULTS: Final = {
    "InvalidPathType-of-a-mailbox": artifact("p7", "elsewhere"),
    "InvalidRestorePoint-of-a-mailbox": {"restorePoint": {}, "destinationType": "inPlace"},
    "DuplicateArtifactInList-of-a-mailbox": artifact("p2"),
}

GRANULAR: Final = Topic(
    "granular",
    "Granular sessions, sessions that begin empty, and policies",
    (*_BEGINNING, *_CREATING, *_UPDATING, *_KIND, *_POLICIES, *_LIST, *_orders()),
)
"""The cases of what a session restores (rules S9, S10, O1, O2, O3 and O6)."""
