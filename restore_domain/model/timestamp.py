"""Points in time as the service writes them (OData's Edm.DateTimeOffset).

The service sends up to seven fractional digits of a second, but a `datetime` has only six. A
`Timestamp` is a `datetime` that also remembers the text from which it was read, so that no digit
and no spelling of an offset is lost (rule W1).
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import attrs

from restore_domain.model.validators import shown, wrong

__all__ = [
    "Timestamp",
    "checked_text",
    "has_fixed_offset",
    "is_before",
    "is_longer_ago",
    "later",
    "moment",
    "moment_in",
    "point_in_time",
    "time_of_report",
    "timestamp_text",
    "with_fixed_offset",
]

SHAPE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.(?P<fraction>[0-9]{1,12}))?)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
"""The syntax of Edm.DateTimeOffset. `datetime.fromisoformat` by itself allows much more: it ignores
anything after the sixth digit of a fraction.
"""

_MICROSECOND_DIGITS: Final = 6

_DATE: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME: Final = f"{_DATE}T[0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?"

_FAULTS: Final = tuple(
    (re.compile(shape, re.DOTALL), fault)
    for shape, fault in (
        (r"\s.*|.*\s", "it has white space around it"),
        (_DATE, "it has only a date"),
        (f"{_DATE}t.*", "the T between date and time is a capital letter"),
        (rf"{_DATE}\s.*", "a T separates date and time"),
        (f"{_DATE}T(?:2[4-9]|[3-9][0-9])(?![0-9]).*", "an hour is 00 to 23"),
        (f"{_DATE}T[0-9]{{2}}:[6-9][0-9](?![0-9]).*", "a minute is 00 to 59"),
        (f"{_DATE}T[0-9]{{2}}:[0-9]{{2}}:[6-9][0-9](?![0-9]).*", "a second is 00 to 59"),
        (f"{_DATE}T[0-9]{{2}}:[0-9]{{2}}[.,].*", "only seconds may have a fraction"),
        (f"{_TIME},.*", "a fraction is separated by a point"),
        (rf"{_TIME}\.[0-9]{{13,}}.*", "a fraction has at most 12 digits"),
        (rf"{_TIME}\.(?![0-9]).*", "a point is followed by digits"),
        (rf"{_TIME}(?:\.[0-9]+)?", "it has no offset from UTC"),
        (rf"{_TIME}(?:\.[0-9]+)?z", "the Z is a capital letter"),
        (rf"{_TIME}(?:\.[0-9]+)?[+-][0-9]{{2}}(?:[0-9]{{2}})?", "an offset is written as +02:00"),
        (
            rf"{_TIME}(?:\.[0-9]+)?[+-][0-9]{{2}}:[0-9]{{2}}",
            "an offset is at most 23 hours and 59 minutes",
        ),
    )
)
"""What may be wrong with a text of another form (rule W7); the first match is reported."""


def _fault_of(text: str) -> str:
    """Return what is wrong with a text that is not an Edm.DateTimeOffset."""
    faults = (fault for shape, fault in _FAULTS if shape.fullmatch(text))
    return next(faults, "it is not written as a date, a time and an offset")


def checked_text(text: str) -> str:
    """Return the text if it is an Edm.DateTimeOffset, else raise ValueError with the reason.

    TypeError for anything that is not a string.
    """
    if not isinstance(text, str):
        raise TypeError(f"expected a timestamp as a text, got {shown(text)}")
    if not SHAPE.fullmatch(text):
        raise ValueError(
            f"{shown(text)} is not a timestamp: {_fault_of(text)}; expected a text such as "
            "2015-06-19T12:01:03.45Z"
        )
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{shown(text)} is not a point in time: {error}") from None
    return text


class Timestamp(datetime):
    """A timezone-aware datetime that remembers its text, and so its digits beyond the sixth.

    Timestamps are equal, and ordered, by their instant, with all digits. Arithmetic gives plain
    microseconds.
    """

    __slots__ = ("_text",)

    _text: str

    @classmethod
    def parse(cls, text: str) -> Timestamp:
        """Read the service's text; raises ValueError if it is not an Edm.DateTimeOffset."""
        return cls.of_checked(str.__str__(checked_text(text)))

    @classmethod
    def of_checked(cls, text: str) -> Timestamp:
        """Read a text that `checked_text` has accepted."""
        # for a subclass, `fromisoformat` is four times as slow as using the pickled state
        made: Timestamp = datetime.__new__(cls, *_state_of(_parsed(text))[1])
        _set_text(made, text)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: the point in time can't change."""
        raise AttributeError(f"Timestamp is immutable: {name} can't be set")

    def __delattr__(self, name: str) -> None:
        """Refuse: the point in time can't change."""
        raise AttributeError(f"Timestamp is immutable: {name} can't be deleted")

    @property
    def text(self) -> str:
        """The timestamp as the service writes it."""
        return timestamp_text(self)

    @property
    def _read_text(self) -> str | None:
        """The text from which it was read; None if it was computed."""
        return getattr(self, "_text", None)

    @property
    def fraction_beyond_microseconds(self) -> str:
        """The fractional digits from the seventh on, without trailing zeros."""
        shape = SHAPE.fullmatch(self._read_text or "")
        fraction = (shape and shape["fraction"]) or ""
        return fraction[_MICROSECOND_DIGITS:].rstrip("0")

    def __eq__(self, other: object) -> bool:
        """Compare the instants, with all digits."""
        equal = datetime.__eq__(self, other)
        return _fraction(self) == _fraction(other) if equal is True else equal

    def __ne__(self, other: object) -> bool:
        """Be consistent with equality: `datetime` has its own implementation."""
        return not self == other

    __hash__ = datetime.__hash__

    def __lt__(self, other: datetime) -> bool:  # type: ignore[override]
        """Order by the instant, with all digits."""
        if datetime.__eq__(self, other) is True:
            return _fraction(self) < _fraction(other)
        return datetime.__lt__(self, other)

    def __gt__(self, other: datetime) -> bool:  # type: ignore[override]
        """Order by the instant, with all digits."""
        if datetime.__eq__(self, other) is True:
            return _fraction(self) > _fraction(other)
        return datetime.__gt__(self, other)

    def __le__(self, other: datetime) -> bool:  # type: ignore[override]
        """Order by the instant, with all digits."""
        if datetime.__eq__(self, other) is True:
            return _fraction(self) <= _fraction(other)
        return datetime.__le__(self, other)

    def __ge__(self, other: datetime) -> bool:  # type: ignore[override]
        """Order by the instant, with all digits."""
        if datetime.__eq__(self, other) is True:
            return _fraction(self) >= _fraction(other)
        return datetime.__ge__(self, other)

    def __repr__(self) -> str:
        """Show the call that makes it."""
        text = self._read_text
        return f"Timestamp.parse({text!r})" if text else datetime.__repr__(self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickle and copy by the text, or like any datetime if there was none."""
        text = self._read_text
        return (Timestamp.parse, (text,)) if text else datetime.__reduce_ex__(self, protocol)


_parsed: Final = datetime.fromisoformat
_state_of: Final[Any] = datetime.__reduce__
_set_text: Final = Timestamp.__dict__["_text"].__set__
_text_read: Final = Timestamp.__dict__["_text"].__get__


def _fraction(moment: object) -> str:
    return moment.fraction_beyond_microseconds if isinstance(moment, Timestamp) else ""


def _text_of(moment: datetime) -> str:
    """Write a datetime with its own offset, and no more digits than it needs.

    If its offset is not a whole number of minutes, which the service can't write, it is written in
    UTC.
    """
    text = datetime.isoformat(_with_whole_minutes(moment), timespec="microseconds")
    head, fraction, written_offset = text[:19], text[19:26].rstrip("0").rstrip("."), text[26:]
    return head + fraction + ("Z" if written_offset == "+00:00" else written_offset)


def _with_whole_minutes(moment: datetime) -> datetime:
    """Return the same point in time with an offset that can be written.

    Raises ValueError if it has no offset, OverflowError if in UTC it would be before the year 1 or
    after 9999.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(f"{moment!r} has no offset from UTC, so it is not a point in time")
    return moment.astimezone(UTC) if offset % _MINUTE else moment


_MINUTE: Final = timedelta(minutes=1)


def _is_writable(moment: datetime) -> bool:
    try:
        _with_whole_minutes(moment)
    except OverflowError:
        return False
    return True


_WRITABLE: Final = "a datetime whose offset is whole minutes, or which UTC has, too"


def time_of_report(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a datetime; the operation refuses one without an offset from UTC."""
    if not isinstance(value, datetime):
        raise TypeError(wrong(instance, attribute, "a datetime", value))
    if value.utcoffset() is not None and not _is_writable(value):
        raise ValueError(wrong(instance, attribute, _WRITABLE, value))


def point_in_time(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a datetime with an offset from UTC that can be written."""
    time_of_report(instance, attribute, value)
    if value.utcoffset() is None:
        raise ValueError(wrong(instance, attribute, "a datetime with an offset", value))


def timestamp_text(moment: datetime) -> str:
    """Return how the service writes this point in time: a `Timestamp` as it was read."""
    if not isinstance(moment, Timestamp):
        return _text_of(moment)
    try:
        text: str = _text_read(moment)
    except AttributeError:  # it was not read but computed
        return _text_of(moment)
    return text


def moment_in(value: str | datetime) -> datetime:
    """Return a point in time that may still be the text that a parser has checked."""
    return value if isinstance(value, datetime) else Timestamp.of_checked(value)


def is_before(one: str | datetime, other: str | datetime) -> bool:
    """Return whether a point in time is before another; each may be a text that was checked.

    Two texts in UTC with different minutes are compared as they are, which covers most times in a
    session.
    """
    if (
        isinstance(one, str)
        and isinstance(other, str)
        and one.endswith("Z")
        and other.endswith("Z")
    ):
        minute, other_minute = one[:_TO_THE_MINUTE], other[:_TO_THE_MINUTE]
        if minute != other_minute:
            return minute < other_minute
    return moment_in(one) < moment_in(other)


_TO_THE_MINUTE: Final = len("2015-06-19T12:01")


def with_fixed_offset(moment: datetime) -> datetime:
    """Return the same point in time with the offset that its zone has then.

    Python compares two times in the same zone by the wall clock, which goes back every autumn, and
    treats none of that hour as equal to one in another zone. An instance of another subclass of
    datetime, which could have any other state, becomes plain; a `Timestamp` stays one, with all its
    digits. Anything that is not a datetime, and a datetime without an offset, is returned
    unchanged, for a validator to refuse.
    """
    if type(moment) not in _OURS:
        if not isinstance(moment, datetime):
            return moment
        moment = _without_class(moment)
    if isinstance(moment.tzinfo, timezone):  # as nearly always
        return moment
    offset = moment.utcoffset()
    if offset is None:
        return moment
    plain = timedelta.__add__(offset, timedelta())
    return moment.replace(tzinfo=timezone(plain), fold=0)


def _without_class(moment: datetime) -> datetime:
    """Return a datetime of a user's subclass as a `Timestamp`, or as a plain one."""
    if isinstance(moment, Timestamp):
        with suppress(AttributeError):  # it was not read but computed
            return Timestamp.of_checked(_text_read(moment))
    return datetime.combine(moment.date(), moment.timetz())


_OURS: Final = frozenset({datetime, Timestamp})
"""The classes of datetimes on which no attribute can be set."""


def has_fixed_offset(time: datetime) -> bool:
    """Return whether a time has its offset from UTC, as each has after `with_fixed_offset`."""
    return isinstance(time.tzinfo, timezone)


def moment(time: Any, name: str = "now") -> datetime:
    """Return the time that an embedder gave; TypeError or ValueError if it is not one (rule S7)."""
    if not isinstance(time, datetime):
        raise TypeError(f"{name}: expected a datetime, got {shown(time)}")
    given = with_fixed_offset(time)
    if not has_fixed_offset(given):
        raise ValueError(f"{name}: {time!r} has no offset from UTC; give it a tzinfo")
    if not _is_writable(given):
        raise ValueError(f"{name}: expected {_WRITABLE}, got {time!r}")
    return given


def is_longer_ago(span: timedelta, since: datetime, now: datetime) -> bool:
    """Return whether more time than this has passed, with all digits (rule O8)."""
    passed = now - since
    return passed > span or (passed == span and _fraction(now) > _fraction(since))


def later(old: datetime | None, given: datetime) -> datetime:
    """Return the later of the two: time never moves backwards (rule S6)."""
    return given if old is None or old is given or old <= given else old
