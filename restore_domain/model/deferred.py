"""Points in time that are parsed when they are first looked at.

A session of ten thousand artifacts has forty thousand timestamps, and making a datetime of each
would be most of the time it takes to read it, whoever looks at them. So the reader checks each
text, and leaves the text in the attribute's slot; the first access puts the `Timestamp` there.
Nobody can tell the difference but by a clock.
"""

from __future__ import annotations

from typing import Any, TypeVar

from restore_domain.model.timestamp import Timestamp
from restore_domain.model.validators import shown

__all__ = ["Deferred", "deferred_timestamps"]

_Class = TypeVar("_Class", bound=type)


class Deferred:
    """An attribute whose slot holds a checked text until somebody asks for the timestamp."""

    __slots__ = ("slot",)

    slot: Any
    """The descriptor that attrs made: it reads and sets what is stored."""

    def __init__(self, slot: Any) -> None:
        """Stand in front of this slot."""
        self.slot = slot

    def __get__(self, entity: Any, owner: type | None = None) -> Any:
        """Return the point in time."""
        if entity is None:
            return self
        value = self.slot.__get__(entity)
        if value.__class__ is str:
            value = Timestamp.parse(value)
            self.slot.__set__(entity, value)
        return value

    def __set__(self, entity: Any, value: Any) -> None:
        """Store the value; a frozen class lets nobody but its own ``__init__`` come here.

        A text is refused, which a validator would see as the timestamp that it is taken for.
        """
        if value.__class__ is str:
            raise TypeError(
                f"{type(entity).__name__}.{self.slot.__name__}: expected a datetime, "
                f"got {shown(value)} (str)"
            )
        self.slot.__set__(entity, value)


def deferred_timestamps(entity_class: _Class) -> _Class:
    """Put a `Deferred` in front of each point in time that this class itself declares."""
    for name in entity_class.__dict__["__slots__"]:
        if name.endswith("date_time"):
            setattr(entity_class, name, Deferred(entity_class.__dict__[name]))
    return entity_class
