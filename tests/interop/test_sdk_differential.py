"""Our entities and the models of Microsoft's Python client agree on the same JSON.

``python -m pytest -m interop``
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("msgraph_beta", reason="needs the dependency group interop")

from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from kiota_serialization_json.json_serialization_writer import JsonSerializationWriter

import restore_domain
from restore_domain import RestoreSessionBase, wire
from restore_domain.model.session import DeclaredProperties
from restore_domain.verification.strategies import documents, entities

from .sdk_models import model_class, models, properties

pytestmark = pytest.mark.interop

SHARED = (
    "ExchangeRestoreSession",
    "ExchangeRestoreSessionCollectionResponse",
    "GranularMailboxRestoreArtifact",
    "Identity",
    "IdentitySet",
    "MailboxRestoreArtifact",
    "MailboxRestoreArtifactCollectionResponse",
    "MailboxRestoreArtifactsBulkAdditionRequest",
    "MailboxRestoreArtifactsBulkAdditionRequestCollectionResponse",
    "ProtectionUnitBase",
    "PublicError",
    "PublicErrorDetail",
    "PublicInnerError",
    "RestorePoint",
    "RestoreSessionArtifactCount",
    "RestoreSessionBase",
    "TimePeriod",
)
"""The classes that both have under the same name. (The bases of artifacts and of bulk requests
occur nowhere.)
"""

each_class = pytest.mark.parametrize("name", SHARED)
unhurried = settings(max_examples=30, suppress_health_check=list(HealthCheck))

UNKNOWN = "unknownFutureValue"


def entity_class(name: str) -> Any:
    return getattr(restore_domain, name)


def read_by_the_client(text: bytes, name: str) -> Any:
    node = JsonParseNodeFactory().get_root_parse_node("application/json", text)
    return node.get_object_value(model_class(name))


def written_by_the_client(model: Any) -> bytes:
    writer = JsonSerializationWriter()
    writer.write_object_value(None, model)
    text: bytes = writer.get_serialized_content()
    return text


# Agreement --------------------------------------------------------------------------------------

DECLARED = set(DeclaredProperties.__annotations__)


def differences(entity: Any, model: Any, path: str = "$") -> Iterator[str]:
    """Yield where the two differ, in the attributes that both have."""
    for name in properties(model):
        is_declared = isinstance(entity, RestoreSessionBase) and name in DECLARED
        holder = entity.effective if is_declared else entity
        if hasattr(holder, name):
            yield from different(getattr(holder, name), getattr(model, name), f"{path}.{name}")


def different(ours: Any, theirs: Any, path: str) -> Iterator[str]:
    match ours, theirs:
        case (StrEnum(), _) if ours == UNKNOWN:
            known = {member.value for member in type(ours)} - {UNKNOWN}
            agree = theirs is None or theirs.value not in known
        case (StrEnum(), _):
            agree = theirs is not None and theirs.value == ours
        case (datetime(), _):
            agree = to_microseconds(ours) == theirs
        case (None | str() | int(), _):
            agree = ours == theirs
        case (_, None):
            agree = False
        case (_, list()) if path.endswith(".tags"):
            agree = known_tags(ours) == known_tags(tag.value for tag in theirs)
        case (_, list()):
            agree = len(ours) == len(theirs)
            for index, (one, other) in enumerate(zip(ours, theirs, strict=False)):
                yield from different(one, other, f"{path}[{index}]")
        case _:
            agree = True
            yield from differences(ours, theirs, path)
    if not agree:
        yield f"{path}: {ours!r}, {theirs!r}"


def to_microseconds(time: datetime) -> datetime:
    """Return a time without the digits that the client can't represent."""
    return datetime.combine(time.date(), time.time(), time.tzinfo)


def known_tags(tags: Iterable[str]) -> list[str]:
    """Return the tags that both know: the client ignores the others."""
    return [tag for tag in tags if tag in {"none", "fastRestore"}]


@each_class
@unhurried
@given(data=st.data())
def test_the_client_reads_our_documents_correctly(name: str, data: Any) -> None:
    entity = data.draw(entities(entity_class(name)))
    model = read_by_the_client(wire.dumps(entity), name)
    assert list(differences(entity, model)) == []


@each_class
@unhurried
@given(data=st.data())
def test_both_read_a_document_in_the_same_way(name: str, data: Any) -> None:
    text = json.dumps(data.draw(documents(entity_class(name)))).encode()
    entity = wire.loads(text, entity_class(name))
    assert list(differences(entity, read_by_the_client(text, name))) == []


@each_class
@unhurried
@given(data=st.data())
def test_we_read_the_client_s_documents_correctly(name: str, data: Any) -> None:
    text = written_by_the_client(data.draw(models(name)))
    entity = wire.loads(text, entity_class(name))
    assert list(differences(entity, read_by_the_client(text, name))) == []


@each_class
@unhurried
@given(data=st.data())
def test_W1_the_client_s_documents_are_read_without_loss(name: str, data: Any) -> None:
    text = written_by_the_client(data.draw(models(name)))
    entity = wire.loads(text, entity_class(name))
    assert json.loads(wire.dumps(entity)) == json.loads(text)


# Coverage ---------------------------------------------------------------------------------------

NOT_ON_THE_WIRE = {
    "activated",
    "additional_data",
    "addition_index",
    "declared",
    "request_statuses",
    "tally",
}
"""The attributes that are not properties, but derived from properties."""

ONLY_OURS = {
    "GranularMailboxRestoreArtifact": set[str](),
    "ProtectionUnitBase": {"odata_id"},
    "RestorePoint": {"odata_id"},
}
"""The attributes for which the client has no name: it stores the property among the others."""


@each_class
def test_the_client_has_a_name_for_every_property(name: str) -> None:
    ours = {field.name for field in entity_class(name).__attrs_attrs__}
    ours = (ours - NOT_ON_THE_WIRE) | (ours & DECLARED)
    theirs = set(properties(model_class(name)))
    assert ours - theirs == ONLY_OURS.get(name, set())


ENUMS = {
    "ArtifactRestoreStatus": set[str](),
    "DestinationType": set[str](),
    "RestoreArtifactsBulkRequestStatus": set[str](),
    "RestoreJobType": set[str](),
    "RestorePointPreference": set[str](),
    "RestorePointTags": {"includeNewerItems"},
    "RestoreSessionStatus": set[str](),
}
"""For each enumeration, the members that only the client knows; we preserve their text (rule W2).
"""


@pytest.mark.parametrize("name", ENUMS)
def test_the_members_are_the_same_and_in_the_same_order(name: str) -> None:
    theirs = [member.value for member in model_class(name) if member.value not in ENUMS[name]]
    assert theirs == [member.value for member in entity_class(name)]
    assert ENUMS[name] <= {member.value for member in model_class(name)}
