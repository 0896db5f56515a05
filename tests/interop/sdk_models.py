"""Random models of Microsoft's Python client, and how they are compared."""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

from hypothesis import strategies as st

Strategy: TypeAlias = st.SearchStrategy[Any]

NO_PROPERTIES = {"additional_data", "backing_store"}
"""The fields of a model that are not properties."""


FLAGS = {"protection_sources", "tags"}
"""The fields that a model declares as one flag, and reads as a list of them."""


def model_class(name: str) -> Any:
    module = re.sub("(?<!^)([A-Z])", r"_\1", name).lower()
    return getattr(import_module(f"msgraph_beta.generated.models.{module}"), name)


def properties(model: Any) -> Iterator[str]:
    """Return the attributes that are properties."""
    return (field.name for field in fields(model) if field.name not in NO_PROPERTIES)


def state(model: Any) -> Any:
    """Return the contents of a model, in a form that can be compared."""
    if isinstance(model, list):
        return [state(entry) for entry in model]
    if not hasattr(model, "additional_data"):
        return model
    stored = {name: state(getattr(model, name)) for name in properties(model)}
    for name in FLAGS & stored.keys():
        if isinstance(stored[name], Enum):
            stored[name] = [stored[name]]
    return type(model).__name__, stored, model.additional_data


# Random models ----------------------------------------------------------------------------------

characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters, max_size=8)
keys = st.text(characters, min_size=1, max_size=8)
times = st.datetimes(
    datetime(2, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))]),
)
PLAIN = {
    "bool": st.booleans(),
    "datetime.datetime": times,
    "int": st.integers(-(2**31), 2**31 - 1),
    "str": texts,
}

KEYS = {
    "ExchangeRestoreSession": {"id"},
    "GranularMailboxRestoreArtifact": {"id", "search_response_id"},
    "MailboxProtectionUnit": {"id"},
    "MailboxRestoreArtifact": {"id"},
    "MailboxRestoreArtifactsBulkAdditionRequest": {"id"},
    "ProtectionUnitBase": {"id"},
    "RestorePoint": {"id"},
    "RestoreSessionBase": {"id"},
}
"""The properties that every entity needs."""

SUBCLASSES = {
    "MailboxRestoreArtifact": ("GranularMailboxRestoreArtifact",),
    "ProtectionUnitBase": ("MailboxProtectionUnit",),
}
"""The models that are accepted where one of a class is expected."""


@cache
def values(annotation: str) -> Strategy:
    """Values of a field with this annotation."""
    if known := re.fullmatch(r"Optional\[(.+)\]", annotation):
        return values(known[1])
    if several := re.fullmatch(r"list\[(.+)\]", annotation):
        key = (lambda one: one.id) if several[1] in KEYS else None
        return st.lists(values(several[1]), max_size=2, unique_by=key)
    if annotation in PLAIN:
        return PLAIN[annotation]
    kind = model_class(annotation)
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    subclasses = [models(name).map(_telling_its_type) for name in SUBCLASSES.get(annotation, ())]
    return st.one_of(models(annotation), *subclasses)


@cache
def models(name: str) -> Strategy:
    """Models of exactly this class, with values that a service may or may not send."""
    return _models(name)


@st.composite
def _models(draw: st.DrawFn, name: str) -> Any:
    kind = model_class(name)
    given: dict[str, Any] = {}
    for field in fields(kind):
        if field.name in KEYS.get(name, ()):
            given[field.name] = draw(keys)
        elif field.name in FLAGS:
            flag = values(str(field.type))
            given[field.name] = draw(flag | st.lists(flag.filter(bool), max_size=2))
        elif field.name not in {*NO_PROPERTIES, "odata_type"}:
            given[field.name] = draw(st.none() | values(str(field.type)))
    model = kind(**given, additional_data=draw(st.dictionaries(unknown_names, texts, max_size=1)))
    if name == "ExchangeRestoreSession":
        _without_common_ids(model)
    if name.endswith("CollectionResponse"):
        model.value = model.value or []
    return model


unknown_names = st.sampled_from(["colour", "@odata.etag", "größe"])


def _telling_its_type(model: Any) -> Any:
    name = type(model).__name__
    model.odata_type = f"#microsoft.graph.{name[0].lower()}{name[1:]}"
    return model


def _without_common_ids(session: Any) -> None:
    whole = {artifact.id for artifact in session.mailbox_restore_artifacts or ()}
    granular = session.granular_mailbox_restore_artifacts
    if granular is not None:
        session.granular_mailbox_restore_artifacts = [
            artifact for artifact in granular if artifact.id not in whole
        ]
