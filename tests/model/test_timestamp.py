"""Points in time: every digit, every order, every copy."""

from __future__ import annotations

import copy
import operator
import pickle
import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain import ArtifactRestoreStatus, MailboxRestoreArtifact, Timestamp
from restore_domain.model.timestamp import (
    checked_text,
    is_before,
    is_longer_ago,
    later,
    moment,
    point_in_time,
    time_of_report,
    timestamp_text,
    with_fixed_offset,
)
from restore_domain.verification.strategies import timestamp_texts, timestamps

WITHOUT_OFFSET = datetime(2026, 1, 5)  # noqa: DTZ001 - that is what is wrong
NEW_YORK_MEAN_TIME = timezone(timedelta(hours=-4, minutes=-56, seconds=-2))

SEVEN_DIGITS = "2023-12-04T12:18:55.2117521Z"

WELL_FORMED = [
    "2015-06-19T12:01:03.45Z",
    "2015-06-19T12:01:03Z",
    "2015-06-19T12:01Z",
    "2015-06-19T12:01:03.4Z",
    "2015-06-19T12:01:03.123456Z",
    "2015-06-19T12:01:03.1234567Z",
    "2015-06-19T12:01:03.123456789012Z",
    "2015-06-19T12:01:03.45+05:30",
    "2015-06-19T12:01:03.45-00:00",
    "2015-06-19T12:01:03.45+23:59",
    "2015-06-19T12:01-11:45",
    "2024-02-29T00:00:00Z",
    "2023-01-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9999999Z",
]

SHAPELESS = "it is not written as a date, a time and an offset"
HOUR, MINUTE, SECOND = "an hour is 00 to 23", "a minute is 00 to 59", "a second is 00 to 59"
NAIVE = "it has no offset from UTC"
SPACES = "it has white space around it"
FAR_OFFSET = "an offset is at most 23 hours and 59 minutes"
OFFSET = "an offset is written as +02:00"

MALFORMED = {
    "": SHAPELESS,
    "12-01-03": SHAPELESS,
    "2015-06-19": "it has only a date",
    "2015-06-19T12-01-03.45Z": SHAPELESS,
    "2015-06-19T12:01:03.45": NAIVE,
    "2015-06-19T12:01:03": NAIVE,
    "2015-06-19 12:01:03Z": "a T separates date and time",
    "2015-06-19t12:01:03Z": "the T between date and time is a capital letter",
    "2015-06-19t12:01\n:03Z": "the T between date and time is a capital letter",
    "2015-06-19T12:01:03z": "the Z is a capital letter",
    "2015-06-19T12:01:03.Z": "a point is followed by digits",
    "2015-06-19T12:01:03,45Z": "a fraction is separated by a point",
    "2015-06-19T12:01:03.1234567890123Z": "a fraction has at most 12 digits",
    "2015-06-19T12:01:03.123456x9Z": SHAPELESS,
    "2015-06-19T12:01:03.123456\x0089Z": SHAPELESS,
    "2015-06-19T12:01:03.123456\n9Z": SHAPELESS,
    "2015-06-19T12:01:03.4567,89Z": SHAPELESS,
    "2015-06-19T12:01:03Z\n": SPACES,
    " 2015-06-19T12:01:03Z": SPACES,
    "2015-06-19T24:00:00Z": HOUR,
    "2015-06-19T12:60:00Z": MINUTE,
    "2015-06-19T12:01:60Z": SECOND,
    "2015-06-19T12:01:03+24:00": FAR_OFFSET,
    "2015-06-19T12:01:03+05:60": FAR_OFFSET,
    "2015-06-19T12:01:03+0530": OFFSET,
    "2015-06-19T12:01:03+05:30:15": SHAPELESS,
    "2015-06-19T12:01:03\u221205:30": SHAPELESS,
    "20150619T120103Z": SHAPELESS,
    "2015-W25-5T12:01:03Z": SHAPELESS,
    "2015-170T12:01:03Z": SHAPELESS,
    "-2015-06-19T12:01:03Z": SHAPELESS,
    "2015-06-19T12:01:0\u0663Z": SHAPELESS,
    "\uff12015-06-19T12:01:03Z": SHAPELESS,
    "2015-06-19T12Z": SHAPELESS,
    "2015-06-19T12:01:03.45z": "the Z is a capital letter",
    "2015-06-19T12:01": NAIVE,
    "2015-06-19T99:61:61": HOUR,
    "2015-06-19T23:61:61": MINUTE,
    "2015-06-19T12:01.5Z": "only seconds may have a fraction",
    "2015-06-19T12:01:03+05": OFFSET,
    "2015-06-19T12:01:60": SECOND,
    "2015-06-19T120:01:03Z": SHAPELESS,
}
"""Invalid timestamps, and the reasons."""

NOT_IN_THE_CALENDAR = [
    "0000-01-01T00:00:00Z",
    "2015-00-19T12:01:03Z",
    "2015-13-19T12:01:03Z",
    "2015-06-00T12:01:03Z",
    "2015-06-31T12:01:03Z",
    "2015-11-31T12:01:03Z",
    "2023-02-29T12:01:03Z",
    "2023-02-30T12:01:03Z",
    "2023-02-31T12:01:03Z",
    "2023-01-32T12:01:03Z",
]


@pytest.mark.parametrize("text", WELL_FORMED)
def test_W1_a_timestamp_keeps_its_text(text: str) -> None:
    assert checked_text(text) is text
    read = Timestamp.parse(text)
    assert read.text == text
    assert timestamp_text(read) == text
    assert repr(read) == f"Timestamp.parse({text!r})"
    assert isinstance(read, datetime)
    assert read.utcoffset() is not None


@pytest.mark.parametrize(("text", "fault"), MALFORMED.items(), ids=MALFORMED)
def test_W4_W7_a_malformed_timestamp_is_refused_with_the_reason(text: str, fault: str) -> None:
    message = f"is not a timestamp: {fault}; expected a text such as 2015-06-19T12:01:03.45Z"
    for read in (checked_text, Timestamp.parse):
        with pytest.raises(ValueError, match=re.escape(message)):
            read(text)


@pytest.mark.parametrize("text", NOT_IN_THE_CALENDAR)
def test_W4_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=rf"^'{text}' is not a point in time: "):
        checked_text(text)


def test_W4_a_refusal_of_any_text_is_short() -> None:
    with pytest.raises(ValueError, match="is not a timestamp") as caught:
        checked_text("2" * 10**6)
    assert len(str(caught.value)) < 200


def all_days(year: int) -> list[str]:
    return [f"{year}-{month:02}-{day:02}" for month in range(14) for day in range(33)]


spoilt_texts = st.builds(
    lambda text, place, new: text[:place] + new + text[place + len(new) % 2 :],
    timestamp_texts() | st.sampled_from(WELL_FORMED),
    st.integers(0, 33),
    st.text("0123456789-:TZ.+, \0\n", max_size=2),
)


@given(spoilt_texts)
def test_W4_what_is_accepted_has_the_shape_and_a_day(text: str) -> None:
    shape = r"\d{4}(-\d\d){2}T\d\d:\d\d(:\d\d(\.\d{1,12})?)?(Z|[+-]\d\d:\d\d)"
    try:
        read = Timestamp.parse(text)
    except ValueError:
        return
    assert re.fullmatch(shape, text, re.ASCII)
    assert text.startswith(datetime.isoformat(read)[:16])


def instant(text: str) -> Fraction:
    """The point in time as a number of seconds, computed independently."""
    shape = re.fullmatch(r"(.{10})T(..):(..)(?::(..)(\.\d+)?)?(Z|[+-]..:..)", text)
    assert shape is not None
    day, hour, minute, second, fraction, offset = shape.groups()
    east = 0 if offset == "Z" else int(offset[0] + "1") * (int(offset[1:3]) * 60 + int(offset[4:]))
    minutes = date.fromisoformat(day).toordinal() * 1440 + int(hour) * 60 + int(minute) - east
    return minutes * 60 + int(second or 0) + Fraction("0" + (fraction or ""))


near_texts = st.builds(
    lambda fraction, offset: f"2023-12-04T{12 + offset:02}:18:55.{fraction}{offset:+03}:00",
    st.sampled_from(["2117521", "211752", "2117520", "21175209", "211752000001", "3", "30"]),
    st.integers(-2, 2),
)

COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


@given(near_texts | timestamp_texts(), near_texts | timestamp_texts())
def test_S3_texts_are_in_the_order_of_the_points_in_time_that_they_name(
    one: str, other: str
) -> None:
    moments = Timestamp.parse(one), Timestamp.parse(other)
    for left in (one, moments[0]):
        for right in (other, moments[1]):
            assert is_before(left, right) is (moments[0] < moments[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-01-05T09:00Z", "2026-01-05T09:00:05Z"),
        ("2026-01-05T09:00:05Z", "2026-01-05T09:00:05.1Z"),
        ("2026-01-05T09:00:05.1Z", "2026-01-05T09:00:05.1000001Z"),
        ("2026-01-05T09:00:59.9Z", "2026-01-05T09:01Z"),
        ("2026-01-05T10:00:00+02:00", "2026-01-05T09:00:00Z"),
        ("2026-01-05T09:00:00Z", "2026-01-05T09:00:00-01:00"),
    ],
)
def test_S3_a_text_is_before_another_of_a_later_point_in_time(one: str, other: str) -> None:
    assert is_before(one, other)
    assert not is_before(other, one)
    assert not is_before(one, one)


@given(near_texts | timestamp_texts(), near_texts | timestamp_texts())
def test_timestamps_compare_by_the_instant_and_all_its_digits(one: str, other: str) -> None:
    left, right = Timestamp.parse(one), Timestamp.parse(other)
    for compare in COMPARISONS:
        assert compare(left, right) is compare(instant(one), instant(other))
    if left == right:
        assert hash(left) == hash(right)


@given(near_texts, st.integers(-2, 2))
def test_timestamps_compare_with_plain_datetimes(text: str, microseconds: int) -> None:
    read = Timestamp.parse(text)
    plain = datetime(2023, 12, 4, 12, 18, 55, 211752, tzinfo=UTC) + timedelta(
        microseconds=microseconds
    )
    for compare in COMPARISONS:
        expected = compare(instant(text), instant(plain.isoformat()))
        assert compare(read, plain) is expected
        mirrored = {operator.lt: operator.gt, operator.le: operator.ge}
        mirrored |= {there: here for here, there in mirrored.items()}
        assert mirrored.get(compare, compare)(plain, read) is expected
    if read == plain:
        assert hash(read) == hash(plain)


def test_equal_instants_with_different_texts_are_equal() -> None:
    in_utc, in_berlin = (
        Timestamp.parse("2026-01-05T12:00:00Z"),
        Timestamp.parse("2026-01-05T13:00:00.000+01:00"),
    )
    assert in_utc == in_berlin
    assert hash(in_utc) == hash(in_berlin)
    assert in_utc.text != in_berlin.text
    artifacts = [
        MailboxRestoreArtifact(id="a", status=ArtifactRestoreStatus.ADDED, start_date_time=moment)
        for moment in (in_utc, in_berlin)
    ]
    assert len(set(artifacts)) == 1


def test_a_timestamp_compares_with_no_other_kind() -> None:
    read = Timestamp.parse(SEVEN_DIGITS)
    assert read != SEVEN_DIGITS
    assert read != date(2023, 12, 4)
    assert read != datetime(2023, 12, 4, 12, 18, 55, 211752)  # noqa: DTZ001 - naive on purpose
    for compare in COMPARISONS[2:]:
        with pytest.raises(TypeError, match="not supported"):
            compare(read, SEVEN_DIGITS)
        with pytest.raises(TypeError):
            compare(read, datetime(2023, 12, 4))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (SEVEN_DIGITS, "1"),
        ("2023-12-04T12:18:55.2117520Z", ""),
        ("2023-12-04T12:18:55.211752001200+05:30", "0012"),
        ("2023-12-04T12:18:55.21Z", ""),
        ("2023-12-04T12:18:55Z", ""),
        ("2023-12-04T12:18Z", ""),
    ],
)
def test_the_digits_beyond_a_microsecond_are_available(text: str, rest: str) -> None:
    read = Timestamp.parse(text)
    assert read.fraction_beyond_microseconds == rest
    assert (read + timedelta(0)).fraction_beyond_microseconds == ""


COMPUTED = [
    ("later", lambda t: t + timedelta(days=1), "2023-12-05T12:18:55.211752Z"),
    ("earlier", lambda t: t - timedelta(days=1), "2023-12-03T12:18:55.211752Z"),
    ("replaced", lambda t: t.replace(microsecond=0), "2023-12-04T12:18:55Z"),
    ("shortened", lambda t: t.replace(microsecond=500000), "2023-12-04T12:18:55.5Z"),
    (
        "elsewhere",
        lambda t: t.astimezone(timezone(timedelta(hours=5, minutes=30))),
        "2023-12-04T17:48:55.211752+05:30",
    ),
    (
        "in a zone",
        lambda t: t.astimezone(ZoneInfo("Europe/Berlin")),
        "2023-12-04T13:18:55.211752+01:00",
    ),
    ("in an odd zone", lambda t: t.astimezone(NEW_YORK_MEAN_TIME), "2023-12-04T12:18:55.211752Z"),
]


@pytest.mark.parametrize(
    ("compute", "text"), [row[1:] for row in COMPUTED], ids=[row[0] for row in COMPUTED]
)
def test_a_computed_timestamp_has_a_text_of_its_own(compute: Any, text: str) -> None:
    computed = compute(Timestamp.parse(SEVEN_DIGITS))
    assert type(computed) is Timestamp
    assert computed.text == text
    assert Timestamp.parse(computed.text) == computed
    assert repr(computed).startswith("Timestamp(2023, 12, ")


def test_a_difference_is_counted_in_microseconds() -> None:
    read = Timestamp.parse(SEVEN_DIGITS)
    assert read - Timestamp.parse("2023-12-04T12:18:55Z") == timedelta(microseconds=211752)


def test_a_timestamp_is_a_datetime_in_every_other_respect() -> None:
    read = Timestamp.parse(SEVEN_DIGITS)
    assert read.isoformat() == "2023-12-04T12:18:55.211752+00:00"
    assert f"{read:%H.%M}" == "12.18"
    assert read.date() == date(2023, 12, 4)
    assert read.tzinfo is UTC
    assert read.timestamp() == 1701692335.211752


@given(timestamps())
def test_a_point_in_time_can_be_pickled_and_copied(moment: datetime) -> None:
    for again in (pickle.loads(pickle.dumps(moment)), copy.copy(moment), copy.deepcopy(moment)):  # noqa: S301 - our own
        assert type(again) is type(moment)
        assert again == moment
        assert hash(again) == hash(moment)
        assert timestamp_text(again) == timestamp_text(moment)


@given(timestamps())
def test_W1_what_is_written_of_any_datetime_reads_as_the_same_instant(moment: datetime) -> None:
    fixed = with_fixed_offset(moment)
    assert Timestamp.parse(timestamp_text(moment)) == fixed
    assert hash(Timestamp.parse(timestamp_text(moment))) == hash(fixed)


def test_a_naive_timestamp_has_no_text() -> None:
    naive = Timestamp(2026, 1, 5)
    assert repr(naive) == "Timestamp(2026, 1, 5, 0, 0)"
    assert pickle.loads(pickle.dumps(naive)) == naive  # noqa: S301 - our own
    for write in (timestamp_text, lambda moment: moment.text):
        with pytest.raises(ValueError, match="has no offset from UTC"):
            write(naive)


class Nowhere(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, _moment: datetime | None, /) -> None:
        return None

    dst = tzname = utcoffset


def test_an_offset_is_fixed_where_there_is_one() -> None:
    fixed = datetime(2026, 1, 5, tzinfo=timezone(timedelta(hours=1)))
    assert with_fixed_offset(fixed) is fixed
    read = Timestamp.parse(SEVEN_DIGITS)
    assert with_fixed_offset(read) is read
    unknown = datetime(2026, 1, 5, tzinfo=Nowhere())
    assert with_fixed_offset(unknown) is unknown
    text: Any = SEVEN_DIGITS
    assert with_fixed_offset(text) is text
    in_berlin = Timestamp.parse(SEVEN_DIGITS).astimezone(ZoneInfo("Europe/Berlin"))
    assert repr(with_fixed_offset(in_berlin).tzinfo) == repr(timezone(timedelta(hours=1)))
    second = datetime(2023, 10, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)
    assert repr(with_fixed_offset(second)) == repr(second.replace(tzinfo=fixed.tzinfo, fold=0))


@pytest.mark.parametrize(
    ("time", "error", "message"),
    [
        (5, TypeError, "now: expected a datetime, got 5"),
        (SEVEN_DIGITS, TypeError, f"now: expected a datetime, got '{SEVEN_DIGITS}'"),
        (
            WITHOUT_OFFSET,
            ValueError,
            "now: datetime.datetime(2026, 1, 5, 0, 0) has no offset from UTC; give it a tzinfo",
        ),
        (
            datetime(1, 1, 1, tzinfo=timezone(timedelta(seconds=1))),
            ValueError,
            "now: expected a datetime whose offset is whole minutes, or which UTC has, too, got ",
        ),
        (
            datetime.max.replace(tzinfo=timezone(timedelta(seconds=-1))),
            ValueError,
            "now: expected a datetime whose offset is whole minutes, or which UTC has, too, got ",
        ),
    ],
)
def test_S7_a_time_that_is_not_a_point_in_time_or_can_not_be_written_is_refused(
    time: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        moment(time)


@attrs.frozen
class Timed:
    """A class with times of both kinds."""

    time: Any = attrs.field(default=None, validator=attrs.validators.optional(time_of_report))
    point: Any = attrs.field(default=None, validator=attrs.validators.optional(point_in_time))


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("time", SEVEN_DIGITS, TypeError, f"a datetime, got '{SEVEN_DIGITS}' (str)"),
        ("time", date(2026, 1, 5), TypeError, "a datetime, got datetime.date(2026, 1, 5) (date)"),
        (
            "time",
            datetime(1, 1, 1, tzinfo=timezone(timedelta(seconds=1))),
            ValueError,
            "a datetime whose offset is whole minutes, or which UTC has, too, got datetime.",
        ),
        ("point", 5, TypeError, "a datetime, got 5 (int)"),
        (
            "point",
            WITHOUT_OFFSET,
            ValueError,
            "a datetime with an offset, got datetime.datetime(2026, 1",
        ),
        ("point", Timestamp(2026, 1, 5), ValueError, "a datetime with an offset, got Timestamp("),
    ],
    ids=repr,
)
def test_S7_what_is_not_a_point_in_time_is_refused_with_the_attribute(
    name: str, value: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(f'Timed.{name}: expected {message}')}"):
        Timed(**{name: value})


def test_S7_a_point_in_time_is_given_with_the_offset_that_its_zone_has_then() -> None:
    in_berlin = datetime(2026, 7, 5, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    given_then = moment(in_berlin)
    assert given_then == in_berlin
    assert given_then.tzinfo == timezone(timedelta(hours=2))


def test_O7_a_report_may_have_a_time_without_an_offset() -> None:
    assert Timed(time=WITHOUT_OFFSET).time is WITHOUT_OFFSET
    point = WITHOUT_OFFSET.replace(tzinfo=NEW_YORK_MEAN_TIME)
    assert Timed(time=point, point=point).point is point


def test_S6_the_later_of_two_times_counts() -> None:
    early, late = (datetime(2026, 1, 5, hour, tzinfo=UTC) for hour in (8, 9))
    assert later(None, early) is early
    assert later(early, late) is later(late, early) is late
    same = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert later(late, same) is same


@pytest.mark.parametrize("minutes", [-1439, -1, 0, 1, 90, 1439])
def test_W1_an_offset_of_whole_minutes_is_written(minutes: int) -> None:
    time = datetime(2026, 1, 5, 12, tzinfo=timezone(timedelta(minutes=minutes)))
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    offset = f"{sign}{hours:02}:{rest:02}" if minutes else "Z"
    assert timestamp_text(time) == f"2026-01-05T12:00:00{offset}"


def test_W4_only_a_text_is_a_timestamp() -> None:
    wrong: Any = 5
    with pytest.raises(TypeError, match=r"^expected a timestamp as a text, got 5$"):
        checked_text(wrong)


class OwnDatetime(datetime):
    """A datetime that may have any other state."""


class OwnTimestamp(Timestamp):
    """A timestamp that may have any other state."""


def test_a_time_of_a_derived_class_becomes_one_of_ours() -> None:
    zone = timezone(timedelta(hours=1))
    own = OwnDatetime(2026, 1, 5, 12, 30, 15, 7, tzinfo=zone)
    plain = with_fixed_offset(own)
    assert type(plain) is datetime
    assert plain.isoformat() == own.isoformat()
    read = OwnTimestamp.parse(SEVEN_DIGITS)
    fixed = with_fixed_offset(read)
    assert type(fixed) is Timestamp
    assert timestamp_text(fixed) == SEVEN_DIGITS
    computed = with_fixed_offset(read + timedelta(hours=1))
    assert type(computed) is datetime
    assert computed.isoformat() == "2023-12-04T13:18:55.211752+00:00"


@pytest.mark.parametrize(
    ("since", "now", "is_longer"),
    [
        ("12:00:00Z", "12:59:59.999999Z", False),
        ("12:00:00Z", "13:00:00Z", False),
        ("12:00:00Z", "13:00:00.000001Z", True),
        ("12:00:00Z", "11:00:00Z", False),
        ("12:00:00Z", "13:00:00.0000001Z", True),
        ("12:00:00.0000001Z", "13:00:00.0000001Z", False),
        ("12:00:00.0000002Z", "13:00:00.0000001Z", False),
        ("12:00:00.0000009Z", "13:00:00.0000010Z", True),
        ("12:00:00Z", "12:30:00.0000001Z", False),
    ],
)
def test_O8_more_than_an_hour_has_passed_with_all_digits(
    since: str,
    now: str,
    is_longer: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    moments = [Timestamp.parse(f"2026-01-05T{time}") for time in (since, now)]
    assert is_longer_ago(timedelta(hours=1), *moments) is is_longer


@pytest.mark.parametrize("name", ["_text", "text", "year", "something_else"])
def test_a_timestamp_can_not_be_changed(name: str) -> None:
    moment = Timestamp.parse("2026-01-05T12:00:00.1234567Z")
    with pytest.raises(AttributeError, match=f"immutable: {name} can't be set"):
        setattr(moment, name, "2027-01-05T12:00:00Z")
    with pytest.raises(AttributeError, match=f"immutable: {name} can't be deleted"):
        delattr(moment, name)
    assert moment.text == "2026-01-05T12:00:00.1234567Z"
