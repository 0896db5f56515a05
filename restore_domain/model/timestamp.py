"""Points in time as the service writes them (OData's Edm.DateTimeOffset).

The service gives up to seven fractional digits of a second, and a `datetime` holds six. A
`Timestamp` is a `datetime` that also knows the text it was read from, so that no digit and no
way of writing an offset is lost (rule W1).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

__all__ = ["Timestamp", "checked_text", "timestamp_text"]

_SHAPE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\.(?P<fraction>[0-9]{1,12}))?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-9]{2})"
)
"""What Edm.DateTimeOffset allows. `datetime.fromisoformat` alone allows much more."""

_MICROSECOND_DIGITS: Final = 6

_fromisoformat: Final = datetime.fromisoformat
_WITHOUT_FRACTION: Final = len("2015-06-19T12:01:03Z")
_SHORTEST: Final = len("2015-06-19T12:01:03.4Z")
_LONGEST: Final = len("2015-06-19T12:01:03.450000000000Z")


def checked_text(text: str) -> str:
    """Return the text if it is an Edm.DateTimeOffset, else raise ValueError.

    Nearly every timestamp of the service is in UTC, so the separators of such a text are looked
    at first: what stands between them must be digits, or `datetime.fromisoformat` refuses it.
    """
    separators = text[4:20:3]
    usual = (separators == "--T::Z" and len(text) == _WITHOUT_FRACTION) or (
        separators == "--T::." and text[-1] == "Z" and _SHORTEST <= len(text) <= _LONGEST
    )
    if (not usual or text[11:13] == "24") and not _SHAPE.fullmatch(text):
        raise ValueError(
            f"{text!r} is no timestamp with an offset; expected a text such as "
            "2015-06-19T12:01:03.45Z"
        )
    try:
        _fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no point in time: {error}") from None
    return text


class Timestamp(datetime):
    """A timezone-aware datetime that remembers its text, and so its digits beyond the sixth.

    Two are equal, and ordered, by the instant they name, all digits counted. Arithmetic gives
    plain microseconds again.
    """

    __slots__ = ("_text",)

    _text: str

    @classmethod
    def parse(cls, text: str) -> Timestamp:
        """Read the service's text; raises ValueError if it is no Edm.DateTimeOffset."""
        made = cls.fromisoformat(checked_text(text))
        made._text = text
        return made

    @property
    def text(self) -> str:
        """The timestamp as the service writes it."""
        try:
            return self._text
        except AttributeError:  # it was not parsed but computed
            return _text_of(self)

    @property
    def fraction_beyond_microseconds(self) -> str:
        """The fractional digits from the seventh on, without closing zeros."""
        shape = _SHAPE.fullmatch(self.text)
        fraction = (shape["fraction"] if shape else None) or ""
        return fraction[_MICROSECOND_DIGITS:].rstrip("0")

    def __eq__(self, other: object) -> bool:
        """Compare the instants, all digits counted."""
        if not isinstance(other, datetime):
            return NotImplemented
        return datetime.__eq__(self, other) and self.fraction_beyond_microseconds == (
            _fraction(other)
        )

    __hash__ = datetime.__hash__

    def __lt__(self, other: datetime) -> bool:  # type: ignore[override]
        """Order by the instant, all digits counted."""
        if not isinstance(other, datetime):
            return NotImplemented
        if datetime.__eq__(self, other):
            return self.fraction_beyond_microseconds < _fraction(other)
        return datetime.__lt__(self, other)

    def __gt__(self, other: datetime) -> bool:  # type: ignore[override]
        """Order by the instant, all digits counted."""
        if not isinstance(other, datetime):
            return NotImplemented
        if datetime.__eq__(self, other):
            return self.fraction_beyond_microseconds > _fraction(other)
        return datetime.__gt__(self, other)

    def __le__(self, other: datetime) -> bool:  # type: ignore[override]
        """Order by the instant, all digits counted."""
        return NotImplemented if not isinstance(other, datetime) else not self > other

    def __ge__(self, other: datetime) -> bool:  # type: ignore[override]
        """Order by the instant, all digits counted."""
        return NotImplemented if not isinstance(other, datetime) else not self < other

    def __repr__(self) -> str:
        """Show the text, which is all there is to it."""
        return f"Timestamp.parse({self.text!r})"

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickle and copy by the text."""
        return Timestamp.parse, (self.text,)


def _fraction(moment: datetime) -> str:
    return moment.fraction_beyond_microseconds if isinstance(moment, Timestamp) else ""


def _text_of(moment: datetime) -> str:
    """Write a datetime with its own offset, and no more digits than it needs."""
    text = datetime.isoformat(moment, timespec="microseconds")
    head, fraction, offset = text[:19], text[19:26].rstrip("0").rstrip("."), text[26:]
    return head + fraction + ("Z" if offset == "+00:00" else offset)


def timestamp_text(moment: datetime) -> str:
    """Return how the service writes this point in time.

    A `Timestamp` is written as it was read. Any other datetime is written with its offset; one
    whose offset is not whole minutes, which the service can't write, is written in UTC.
    """
    if isinstance(moment, Timestamp):
        return moment.text
    offset = moment.utcoffset()
    if offset is not None and offset.total_seconds() % 60:
        moment = moment.astimezone(UTC)
    return _text_of(moment)
