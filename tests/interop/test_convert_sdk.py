"""The conversions to the client's models lose nothing: ``python -m pytest -m interop``."""

import inspect
import re
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("msgraph_beta", reason="needs the dependency group interop")

from restore_domain import (
    ArtifactRemoval,
    CreateBulkRequest,
    CreateSessionRequest,
    DestinationType,
    MailboxRestoreArtifact,
    RequestedArtifact,
    RestorePoint,
    RestorePointTags,
    Timestamp,
    UpdateSessionRequest,
    WireError,
    wire,
)
from restore_domain.sdk import _UNWRITTEN, from_sdk, to_sdk
from restore_domain.verification.strategies import entities
from tests.wire.fixture_files import KINDS, content

from .sdk_models import model_class, models, state
from .test_sdk_differential import differences, each_class, entity_class, to_microseconds, unhurried

pytestmark = pytest.mark.interop


@each_class
@unhurried
@given(data=st.data())
def test_a_model_comes_back_as_it_was(name: str, data: Any) -> None:
    model = data.draw(models(name))
    assert state(to_sdk(from_sdk(model, entity_class(name)))) == state(model)


@each_class
@unhurried
@given(data=st.data())
def test_an_entity_comes_back_as_it_was(name: str, data: Any) -> None:
    entity: object = from_sdk(data.draw(models(name)), entity_class(name))
    assert from_sdk(to_sdk(entity), entity_class(name)) == entity


@each_class
@unhurried
@given(data=st.data())
def test_an_entity_and_its_model_agree(name: str, data: Any) -> None:
    entity = data.draw(entities(entity_class(name)))
    assert list(differences(entity, to_sdk(entity))) == []


# The guide --------------------------------------------------------------------------------------


def comparable(value: Any) -> Any:
    """Return JSON as the client can return it: no nulls, and times to the microsecond."""
    if isinstance(value, dict):
        kept = {name: comparable(stored) for name, stored in value.items() if stored is not None}
        return kept | {"@odata.type": None}
    if isinstance(value, list):
        return [comparable(entry) for entry in value]
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return to_microseconds(Timestamp.parse(value))
    return value


@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"session-from-the-future"}))
def test_a_document_of_the_service_comes_back_as_it_was(name: str) -> None:
    entity: object = wire.loads(content(name), KINDS[name])
    again: object = from_sdk(to_sdk(entity), KINDS[name])
    assert comparable(wire.to_json_value(again)) == comparable(wire.to_json_value(entity))


def test_a_text_that_the_client_does_not_know_is_None() -> None:
    artifact = wire.loads(b'{"id": "a", "status": "paused"}', MailboxRestoreArtifact)
    assert to_sdk(artifact).status is None
    assert from_sdk(to_sdk(artifact), MailboxRestoreArtifact).status == "unknownFutureValue"


def test_W2_a_text_that_only_the_client_knows_is_preserved() -> None:
    point = model_class("RestorePoint")(id="p1")
    point.tags = [model_class("RestorePointTags").IncludeNewerItems]
    entity = from_sdk(point, RestorePoint)
    assert entity.tags == (RestorePointTags.UNKNOWN_FUTURE_VALUE,)
    assert to_sdk(entity).tags == point.tags


def test_a_model_that_is_not_an_entity_is_refused() -> None:
    with pytest.raises(WireError, match=r"\$.id: missing"):
        from_sdk(model_class("MailboxRestoreArtifact")(), MailboxRestoreArtifact)


def test_a_request_becomes_the_body_that_the_client_sends() -> None:
    added = RequestedArtifact(
        restore_point=RestorePoint(id="p1"), destination_type=DestinationType.IN_PLACE
    )
    create = CreateSessionRequest(mailbox_restore_artifacts=(added,))
    (artifact,) = to_sdk(create).mailbox_restore_artifacts
    assert artifact.restore_point.id == "p1"
    assert from_sdk(to_sdk(create), CreateSessionRequest).mailbox_restore_artifacts == (added,)
    change = UpdateSessionRequest(mailbox_restore_artifacts_delta=(added, ArtifactRemoval(id="a1")))
    body = to_sdk(change)
    assert body.additional_data["mailboxRestoreArtifacts@delta"][1]["id"] == "a1"
    again = from_sdk(body, UpdateSessionRequest)
    assert again.mailbox_restore_artifacts_delta == change.mailbox_restore_artifacts_delta
    many = CreateBulkRequest(
        mailboxes=("ada@example.com",),
        destination_type=DestinationType.NEW,
        tags=(RestorePointTags.FAST_RESTORE,),
    )
    assert to_sdk(many).mailboxes == ["ada@example.com"]
    read = from_sdk(to_sdk(many), CreateBulkRequest)
    assert attrs.evolve(read, additional_data={}) == many


@each_class
def test_properties_that_the_client_s_writer_omits_are_preserved(name: str) -> None:
    kind = model_class(name)
    source = "".join(
        inspect.getsource(base) for base in kind.__mro__ if "msgraph" in base.__module__
    )
    reads = set(re.findall(r'"([\w@.]+)": lambda n', source))
    writes = set(re.findall(r'writer\.write_\w+\("([\w@.]+)"', source))
    assert reads - writes <= _UNWRITTEN


def test_the_client_can_t_write_a_list_of_mixed_kinds_that_it_has_no_name_for() -> None:
    artifact = wire.loads(b'{"id": "a", "colours": [1, {"red": 2}]}', MailboxRestoreArtifact)
    assert to_sdk(artifact).additional_data == {"colours": [1, {"red": 2}]}
    with pytest.raises(TypeError, match="unknown collection type"):
        from_sdk(to_sdk(artifact), MailboxRestoreArtifact)
