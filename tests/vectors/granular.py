"""Sessions of chosen items, sessions that begin empty, and policies (rules S9, S10, O1-O6)."""

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

# A row of a table is a case: its words, what it begins with, its calls.
# fmt: off

CHOSEN: Final = "granularMailboxRestoreArtifacts"
CHOSEN_DELTA: Final = "granularMailboxRestoreArtifacts@delta"
WHOLE_TYPE: Final = "microsoft.graph.mailboxRestoreArtifact"
CHOSEN_TYPE: Final = "microsoft.graph.granularMailboxRestoreArtifact"


def items(point: Any = "p1", search: Any = "q1", destination: Any = "inPlace",
          **others: Any) -> dict[str, Any]:
    """Return an artifact of chosen items as a request has it."""
    return {**artifact(point, destination), "searchResponseId": search, **others}


def create_granular(*artifacts: Any, **others: Any) -> Call:
    """Create a session of chosen items."""
    ids = [f"g{number}" for number in range(1, len(artifacts) + 1)]
    return create(request={CHOSEN: list(artifacts)}, **{"ids": ids, **others})


def update_granular(*entries: Any, **others: Any) -> Call:
    """Update a session of chosen items."""
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
        ("other-properties", "What says nothing of artifacts makes no difference.",
         create(request={"@odata.type": "#microsoft.graph.exchangeRestoreSession", "note": 1}),
         get()),
        ("by-somebody", "Who creates an empty session is told.", create(request={}, actor=ADA)),
        ("two", "Several sessions may be empty.", _EMPTY, create(request={}, session="s2"),
         list_sessions()),
    ),
    *cases("O3", "empty/",
        ("update", "Artifacts of whole mailboxes may be added to it.",
         _EMPTY, update(artifact("p1"), artifact("p2")), get()),
        ("update-again", "It may lose them again, and is an empty session then.",
         _EMPTY, update(artifact("p1")), update(removal("n1")),
         update(artifact("p2", "new")), get()),
        ("removal", "Nothing can be removed from it.", _EMPTY, update(removal("a1")), get()),
    ),
    case("empty/granular-delta", "O3", "It takes no artifacts of chosen items.",
        _EMPTY, update_granular(items()), get()),
    case("empty/createArtifact", "O6", "An artifact of a whole mailbox may be added to it.",
        _EMPTY, create_artifact(artifact()), get()),
    case("empty/activate", "O4", "There is nothing to restore.", _EMPTY, activate(), get()),
    case("empty/filled-and-activated", "O4", "An empty session may be filled, and activated.",
        _EMPTY, create_artifact(artifact("p1")), activate(now=at(70)), get()),
    case("empty/delete", "O5", "An empty session may be deleted.", _EMPTY, delete(), get()),
)

# Creating a session of chosen items ---------------------------------------------------------------

_BOTH_LISTS: Final = {ENTRIES: [artifact("p1")], CHOSEN: [items("p2")]}
_MISSPELT: Final = "granularMailboxRestoreArtifact"
_REQUESTS: Final = "mailboxRestoreArtifactsBulkAdditionRequests"

_NO_CREATION: Final[tuple[tuple[str, Any, str], ...]] = (
    ("null", {CHOSEN: None}, "The list is null."),
    ("empty", {CHOSEN: []}, "The list is empty."),
    ("no-array", {CHOSEN: {}}, "The list is an object."),
    ("entry-null", {CHOSEN: [items(), None]}, "An artifact is null."),
    ("entry-a-text", {CHOSEN: ["p1"]}, "An artifact is a text."),
    ("both", _BOTH_LISTS, "There are two lists."),
    ("both/whole-null", {ENTRIES: None, CHOSEN: [items()]},
     "There are two lists, of which one is null."),
    ("both/granular-null", {ENTRIES: [artifact()], CHOSEN: None},
     "There are two lists, of which the other is null."),
    ("both/empty", {ENTRIES: [], CHOSEN: []}, "There are two lists, and both are empty."),
    ("misspelt", {_MISSPELT: [items()]}, "The list is spelled as the service's page once does."),
    ("misspelt/beside", {ENTRIES: [artifact()], _MISSPELT: [items()]},
     "A list is spelled as the service's page once does, and another one is right."),
    ("misspelt/null", {_MISSPELT: None}, "The misspelt list is null."),
    ("bulk", {_REQUESTS: [{"mailboxes": ["ada@example.com"]}]}, "There are bulk requests."),
    ("bulk/empty", {_REQUESTS: []}, "There is an empty list of bulk requests."),
    ("bulk/beside", {ENTRIES: [artifact()], _REQUESTS: []}, "There are bulk requests beside it."),
    ("delta", {DELTA: [artifact()]}, "There is the delta of an update."),
    ("delta/beside", {ENTRIES: [artifact()], CHOSEN_DELTA: [items()]},
     "There is the delta of an update beside the list."),
)

_BLANK_SEARCHES: Final[tuple[tuple[str, Any, str], ...]] = (
    ("null", None, "null"),
    ("empty", "", "the empty text"),
    ("blank", " \t", "blank"),
    ("a-number", 5, "a number"),
    ("an-object", {"id": "q1"}, "an object"),
)

_TYPES: Final[tuple[tuple[str, str, str], ...]] = (
    ("plain", "#{}", "The type may be said."),
    ("without-number-sign", "{}", "The sign before it may be missing."),
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
    """Annotate an artifact with its type in each way, and with others."""
    return (
        *(
            case(f"{name}/type/{way}", rule, words, *before, call(_typed(form.format(own), good)),
                get())
            for way, form, words in _TYPES
        ),
        case(f"{name}/type/other-case", rule, "Neither case nor sign of the type matters.",
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
    """Ask for chosen items without saying by which search."""
    return (
        case(f"{name}/InvalidArtifactRequest/search-missing", rule,
            "An artifact of chosen items names no search.", *before, call(artifact("p9")), get()),
        *(
            case(f"{name}/InvalidArtifactRequest/search-{way}", rule,
                f"The search of an artifact of chosen items is {words}.",
                *before, call(items("p9", search)), get())
            for way, search, words in _BLANK_SEARCHES
        ),
    )


def _of_whole(rule: str, name: str, call: Callable[[Any], Call],
              *before: Call) -> tuple[Declared, ...]:
    """Ask for chosen items in the place of a whole mailbox."""
    return (
        *_of_types(rule, name, call, artifact("p9"), WHOLE_TYPE, CHOSEN_TYPE, *before),
        *(
            case(f"{name}/InvalidArtifactRequest/search-{way}", rule,
                "The restore of a whole mailbox has a search.",
                *before, call(items("p9", search)), get())
            for way, search in (("given", "q1"), ("null", None), ("empty", ""))
        ),
        case(f"{name}/InvalidArtifactRequest/type-and-search", rule,
            "An artifact of chosen items stands among whole mailboxes.",
            *before, call(_typed(f"#{CHOSEN_TYPE}", items("p9"))), get()),
    )


_ALMOST_SAME: Final = cases("O1", "create/",
    ("other-search", "A restore point may be restored by two searches.",
     create_granular(items("p1", "q1"), items("p1", "q2")), get()),
    ("other-point", "A search may be restored from two restore points.",
     create_granular(items("p1", "q1"), items("p2", "q1")), get()),
    ("search-of-another-case", "The case of a search matters.",
     create_granular(items("p1", "q1"), items("p1", "Q1")), get()),
    ("search-with-spaces", "Spaces around a search belong to it.",
     create_granular(items("p1", "q1"), items("p1", " q1")), get()),
)


def _chosen(number: int) -> list[Any]:
    return [items(f"p{position}") for position in range(1, number + 1)]


_LIMITED: Final = start(limits={"artifactsPerRequest": 2})

_CREATING: Final = (
    *cases("O1", "create/",
        ("one", "A session of an artifact of chosen items is a draft, and the artifact is added.",
         _CHOSEN, get()),
        ("several", "The artifacts keep the order of the request.",
         create_granular(items("p3"), items("p1"), items("p2")), get()),
        ("new", "All may go to a new place.",
         create_granular(items("p1", destination="new"), items("p2", destination="new")), get()),
        ("by-reference", "A restore point may be named by a reference.",
         create_granular({**items(), "restorePoint": {"@odata.id": "restorePoints('p1')"}}), get()),
        ("more-than-needed", "What else is said of an artifact is nothing to it.",
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
    case("create/DifferentRestoreDestinationType", "O1", "The artifacts go to two kinds of place.",
        create_granular(items("p1"), items("p2", destination="new")), get()),
    case("create/limit", "O1", "As many are taken as a request may have.",
        _LIMITED, create_granular(*_chosen(2)), get()),
    case("create/RestoreArtifactsLimitBreached", "O1", "The limit is that of whole mailboxes.",
        _LIMITED, create_granular(*_chosen(3)), get()),
)

# Updating one -------------------------------------------------------------------------------------

_NO_UPDATE: Final[tuple[tuple[str, str, Any, str], ...]] = (
    ("InvalidArtifactRequest/null", "O3", {CHOSEN_DELTA: None}, "The delta is null."),
    ("InvalidArtifactRequest/empty", "O3", {CHOSEN_DELTA: []}, "The delta is empty."),
    ("InvalidArtifactRequest/both", "O3", {DELTA: [artifact("p8")], CHOSEN_DELTA: [items("p9")]},
     "There are two deltas."),
    ("InvalidArtifactRequest/both-removals", "O3",
     {DELTA: [removal("g1")], CHOSEN_DELTA: [removal("g1")]}, "There are two deltas."),
    ("InvalidArtifactRequest/whole", "O3", {DELTA: [artifact("p9")]},
     "A granular session takes no whole mailboxes."),
    ("InvalidArtifactRequest/whole-removal", "O3", {DELTA: [removal("g1")]},
     "Artifacts of chosen items are removed by their own delta."),
    ("InvalidArtifactRequest/list", "O3", {CHOSEN: [items("p9")]}, "The delta has another name."),
    ("InvalidArtifactRequest/misspelt", "O3", {f"{_MISSPELT}@delta": [items("p9")]},
     "The delta is misspelt."),
    ("InvalidArtifactRequest/bulk", "O3", {CHOSEN_DELTA: [items("p9")], _REQUESTS: []},
     "There are bulk requests."),
    ("InvalidPatchRequest/no-array", "O3", {CHOSEN_DELTA: {}}, "The delta is an object."),
    ("InvalidPatchRequest/entry-null", "O3", {CHOSEN_DELTA: [None]}, "An entry is null."),
    ("InvalidPatchRequest/removal-without-id", "O3", {CHOSEN_DELTA: [{"@removed": {}}]},
     "A removal has no id."),
)

_UPDATING: Final = (
    *cases("O3", "update/",
        ("adds", "Artifacts of chosen items may be added to a granular session.",
         _CHOSEN, update_granular(items("p2"), items("p1", "q2")), get(),
         list_granular_artifacts()),
        ("removes", "They may be removed.",
         create_granular(items("p1"), items("p2")), update_granular(removal("g1")), get()),
        ("removes-all", "All may be removed, and the session is granular still.",
         _CHOSEN, update_granular(removal("g1")), get(), update_granular(items("p2")), get()),
        ("replaces", "One request may remove an artifact, and add the same again.",
         _CHOSEN, update_granular(items("p1"), removal("g1")), get()),
        ("removal-not-there", "A removal of what is not there fails alone.",
         _CHOSEN, update_granular(removal("g9"), items("p2"), removal("g1"), removal("g1")), get()),
        ("removal-not-there/alone", "A request may fail in each entry.",
         _CHOSEN, update_granular(removal("g9")), get()),
        ("by-somebody", "Who updates the session is told.",
         _CHOSEN, update_granular(items("p2"), actor=BOB), get()),
        ("goes-on-in-order", "The list goes on in the order of addition.",
         _CHOSEN, update_granular(items("p0"), ids=["0"]), list_granular_artifacts()),
        ("DuplicateArtifactInList", "The session has the restore point with the search.",
         _CHOSEN, update_granular(items("p2"), items("p1")), get()),
        ("DuplicateArtifactInList/in-the-request", "The request has the same twice.",
         _CHOSEN, update_granular(items("p2"), items("p2")), get()),
        ("DuplicateArtifactInList/of-many-searches", "The last of several has the same search.",
         create_granular(items("p1", "q1"), items("p1", "q2")),
         update_granular(items("p1", "q2")), get()),
        ("DifferentRestoreDestinationType", "The artifacts of the session go elsewhere.",
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
    case("update-whole/InvalidArtifactRequest/both", "O3", "There are two deltas.",
        _ONE, update(request={DELTA: [artifact("p8")], CHOSEN_DELTA: [items("p9")]}), get()),
    case("update-whole/InvalidArtifactRequest/granular", "O3",
        "A session of whole mailboxes takes no chosen items.", _ONE, update_granular(items("p9")),
        get()),
    case("update-whole/InvalidArtifactRequest/granular-removal", "O3",
        "Artifacts of whole mailboxes are removed by their own delta.",
        _ONE, update_granular(removal("a1")), get()),
    *_of_whole("O6", "createArtifact", create_artifact, _ONE),
    case("createArtifact/InvalidArtifactRequest/granular", "O6",
        "A granular session takes no whole mailboxes.",
        _CHOSEN, create_artifact(artifact("p9")), get()),
    case("createArtifact/InvalidArtifactRequest/granular-empty", "O6",
        "A granular session that has lost all takes no whole mailboxes.",
        _CHOSEN, update_granular(removal("g1")), create_artifact(artifact("p9")), get()),
    case("bulk/update", "O3", "A bulk session is not updated.",
        _BULK, update(artifact("p9")), get()),
    case("bulk/update-removal", "O3", "Nothing is removed from a bulk session.",
        _BULK, update(removal("a1")), get()),
    case("bulk/update-malformed", "O3", "A bulk session is not updated, whatever the request.",
        _BULK, update(request=7), get()),
    case("bulk/createArtifact", "O6", "No artifact is added to a bulk session.",
        _BULK, create_artifact(artifact("p9")), get()),
    case("bulk/activate", "O4", "A bulk session is activated.", _BULK, activate(), get()),
    case("bulk/delete", "O5", "A bulk session is deleted.", _BULK, delete(), get()),
)

# What a session is --------------------------------------------------------------------------------

_OTHER_KINDS: Final = tuple(
    case(f"kind/{name}/{asked}", "S9", f"{words} {verb}", begin, call, get())
    for name, words, begin in (
        ("both", "A session of both kinds", _BOTH),
        ("both-in-one-list", "A session of both kinds in one list", _AMONG),
        ("granular-among-whole", "A session of chosen items in the list of the others",
         _AMONG_ALONE),
        ("standard-by-its-type", "A session of chosen items that says standard", _SAYS_STANDARD),
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
        ("granular", "A session of chosen items is granular.", _CHOSEN, get()),
        ("empty", "An empty session is standard.", _EMPTY, get()),
        ("asked-for", "The type follows from the artifacts, whatever the request says.",
         create(request={ENTRIES: [artifact()], "restoreJobType": "granular"}), get()),
        ("unknown", "A session of an unknown type takes whole mailboxes.",
         start(session(stored("a1", "added"), restoreJobType="urgent")), update(artifact("p9")),
         get()),
        ("standard-loses-its-items",
         "A session that says standard and has lost its chosen items takes whole mailboxes.",
         _SAYS_STANDARD, update_granular(removal("g1")), update(artifact("p9")), get()),
        ("standard-keeps-its-type", "An update leaves the type as it is.",
         _SAYS_STANDARD, update_granular(items("p9")), get()),
    ),
    case("activate", "O4", "A granular session is activated.", _CHOSEN, activate(), get()),
    case("record", "O7", "Reports are taken of artifacts of chosen items.",
        _CHOSEN, activate(), record(report("failed", "g1")), get()),
    case("count", "S1a", "What was said of the number of artifacts is forgotten with a change.",
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
        ("create-empty", "An empty session may have one.",
         create(request={"policyId": "policy-1"}), get()),
        ("create-granular", "A granular session may have one.",
         create(request={CHOSEN: [items()], "policyId": "policy-1"}), get()),
        ("create-empty-text", "A policy is a text, the empty one included.",
         create(request={"policyId": ""}), get()),
        ("update", "An update may name a policy, and nothing else.",
         _ONE, update(request={"policyId": "policy-2"}, actor=BOB), get()),
        ("update-and-add", "An update may name a policy, and add artifacts.",
         _ONE, update(request={"policyId": "policy-2", DELTA: [artifact("p2")]}), get()),
        ("update-other", "The last policy counts.",
         _UNDER_A_POLICY, update(request={"policyId": "policy-2"}), get()),
        ("update-same", "The policy that a session has is no change.",
         _UNDER_A_POLICY, update(request={"policyId": "policy-1"}, actor=BOB), get()),
        ("update-failed-removals", "A policy counts where every removal fails.",
         _ONE, update(request={"policyId": "policy-2", DELTA: [removal("a9")]}), get()),
        ("stays", "An update without a policy leaves it.",
         _UNDER_A_POLICY, update(artifact("p2")), get()),
        ("stays-to-the-end", "What is done with the session leaves it.",
         _UNDER_A_POLICY, activate(), record(report("failed")), get()),
        ("read-null", "A session that has none, and says so, may get one.",
         start(session(stored("a1", "added"), policyId=None)),
         update(request={"policyId": "policy-2"}), get()),
        ("nothing-is-left", "Of a refused request nothing counts, the policy included.",
         _UNDER_A_POLICY, update(request={"policyId": "policy-2", DELTA: [artifact("p1")]}), get()),
        ("not-draft", "A session that was activated keeps its policy.",
         _UNDER_A_POLICY, activate(), update(request={"policyId": "policy-2"}), get()),
        ("bulk", "A bulk session is not updated.",
         _BULK, update(request={"policyId": "policy-2"}), get()),
        ("empty-list", "A policy makes up for no empty list.",
         _ONE, update(request={"policyId": "policy-2", DELTA: []}), get()),
        ("empty-list-to-begin-with", "A policy makes up for no empty list.",
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
        ("one", "There is one artifact of chosen items.", _CHOSEN, list_granular_artifacts()),
        ("none", "All were removed.",
         _CHOSEN, update_granular(removal("g1")), list_granular_artifacts()),
        ("of-whole-mailboxes", "Those of whole mailboxes are in a list of their own.",
         _ONE, list_granular_artifacts()),
        ("not-in-the-other", "Those of chosen items are not in the list of the others.",
         _CHOSEN, list_artifacts()),
        ("not-held", "The artifacts were not expanded.",
         start({"id": "s1", "status": "active"}), list_granular_artifacts()),
        ("both", "A session may have both.", _BOTH, list_granular_artifacts(), list_artifacts()),
        ("page-by-page", "Every artifact comes once, page by page.",
         _listed(5), list_granular_artifacts("s1", 2), list_granular_artifacts("s1", 2, after=1),
         list_granular_artifacts("s1", 2, after=2)),
        ("removed-on-a-page-before",
         "An artifact that is removed from a page before makes none be left out.",
         _listed(4), list_granular_artifacts("s1", 2), update_granular(removal("g1")),
         list_granular_artifacts("s1", 2, after=1)),
        ("added-between-pages", "An artifact that is added between two pages stands last.",
         _listed(3), list_granular_artifacts("s1", 2), update_granular(items("p9")),
         list_granular_artifacts("s1", 5, after=1)),
        ("InvalidRequest/top-nought", "The page size is nought.",
         _listed(3), list_granular_artifacts("s1", 0)),
        ("InvalidRequest/token", "The token is a text that no page came with.",
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
"""For what is wrong with an artifact of chosen items, one that makes it so beside one of ``p2``."""


def _orders() -> tuple[Declared, ...]:
    """Go through the pairs of the checks of create and update."""
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
            "A list of the wrong kind is found before what is wrong in it.",
            _ONE, update_granular(items("p9", destination="elsewhere"))),
        case("order/createArtifact/InvalidArtifactRequest-before-InvalidPathType", "O6",
            "A granular session is found before what is wrong with the artifact.",
            _CHOSEN, create_artifact(artifact("p9", "elsewhere"))),
        case("order/createArtifact/RestoreSessionActionNotAllowed-before-InvalidArtifactRequest",
            "O6", "A bulk session is found before a malformed request.",
            _BULK, create_artifact(7)),
        case("order/policy/InvalidPatchRequest-before-InvalidArtifactRequest", "S10",
            "A bad policy is found before two lists.",
            _ONE, update(request={"policyId": 5, DELTA: [], CHOSEN_DELTA: []})),
    )


_WHOLE_FAULTS: Final = {
    "InvalidPathType-of-a-mailbox": artifact("p7", "elsewhere"),
    "InvalidRestorePoint-of-a-mailbox": {"restorePoint": {}, "destinationType": "inPlace"},
    "DuplicateArtifactInList-of-a-mailbox": artifact("p2"),
}

GRANULAR: Final = Topic(
    "granular",
    "Sessions of chosen items, sessions that begin empty, and policies",
    (*_BEGINNING, *_CREATING, *_UPDATING, *_KIND, *_POLICIES, *_LIST, *_orders()),
)
"""The cases of what a session restores (rules S9, S10, O1, O2, O3 and O6)."""
