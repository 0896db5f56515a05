"""The page that ``status --html`` writes, and the page in a browser."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_domain import ExchangeRestoreSession, wire
from restore_domain.status import ArtifactRestoreStatus

from .running import END, START, Json, Save, artifact, artifacts, page, run, session

pytest.importorskip("jinja2", reason="needs the extra report")
pytest.importorskip("drawsvg", reason="needs the extra report")

from restore_domain.cli.timeline import timeline


def written(save: Save, *documents: Json, options: tuple[str, ...] = ()) -> str:
    names = [save(f"{place}.json", each) for place, each in enumerate(documents)]
    ran = run("status", *names, "--html", "page.html", *options)
    assert (ran.code, ran.err) == (0, "")
    assert ran == run("status", *names, *options)
    return Path("page.html").read_text("utf-8")


class Outline(HTMLParser):
    """The contents of a page: its elements with their attributes, and its texts by the element."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        assert not self._open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "wbr"}:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self._open[-1], data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def text_in(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


def at(minutes: float) -> str:
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(minutes=minutes)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def restored(number: int, status: str = "succeeded") -> Json:
    times = {"startDateTime": at(number / 100), "completionDateTime": at(number / 100 + 7)}
    return artifact(f"a{number}", status, **times)


# The contents -------------------------------------------------------------------------------------


def test_the_page_has_the_summary_the_failures_and_each_failed_artifact(save: Save) -> None:
    stored = [*(restored(number) for number in range(3)), restored(9, "failed")]
    outline = Outline(written(save, session(mailboxRestoreArtifacts=stored)))
    assert outline.text_in("h2") == ["completedWithError"]
    assert outline.text_in("h3") == ["Failures by code", "Timeline", "1 failed artifact"]
    assert "A4: every artifact is terminal, some succeeded and some failed" in outline.text_in("dd")
    assert outline.text_in("b") == ["3", "1"]
    texts = [text for _, text in outline.texts]
    assert {"UnknownError", "a9", "0:07:00"} <= {*texts}


def test_each_session_has_its_section(save: Save) -> None:
    names = [session("s1", status="draft"), session("s2", mailboxRestoreArtifacts=[restored(1)])]
    outline = Outline(written(save, *names))
    assert outline.text_in("h2") == ["draft", "completed"]
    assert outline.text_in("p")[:2] == ["s1", "s2"]
    assert len(outline.all("svg")) == 1
    ids = [attrs["id"] for _, attrs in outline.elements if "id" in attrs]
    assert len(ids) == len({*ids})


def test_a_page_of_no_session(save: Save) -> None:
    empty = page() | {"@odata.context": "https://x/$metadata#solutions/exchangeRestoreSessions"}
    assert "No sessions." in written(save, empty)


def test_the_options_choose_what_is_listed(save: Save) -> None:
    stored = [restored(number) for number in range(4)]
    options = ("--artifacts", "all", "--sort=-id", "--limit", "2")
    outline = Outline(written(save, page(*stored), options=options))
    assert outline.text_in("h3")[-1] == "2 of 4 artifacts, 2 left out; --limit 4 shows all"
    assert [text for text in outline.text_in("td") if re.fullmatch(r"a\d", text)] == ["a3", "a2"]


def test_a_page_that_can_not_be_written_is_an_error(save: Save) -> None:
    name = save("s.json", session())
    ran = run("status", name, "--html", "missing/page.html")
    assert (ran.code, ran.err) == (1, "missing/page.html: No such file or directory\n")


@pytest.mark.parametrize("package", ["jinja2", "drawsvg"])
def test_without_the_extra_its_name_is_reported(
    save: Save, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    for module in ("restore_domain.cli.report_page", "restore_domain.cli.timeline"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    ran = run("status", save("s.json", session()), "--html", "page.html")
    assert ran.problems == [
        "--html: needs jinja2 and drawsvg: pip install 'restore-domain[report]'"
    ]


# Texts from a hostile document --------------------------------------------------------------------

SCRIPT = "</td></style>]]>--><script>document.title = 'owned'</script><img src=x onerror=alert(1)>"


def hostile() -> Json:
    """Return a session that has a script in every text of the service."""
    unit = {"id": SCRIPT, "email": SCRIPT}
    error = {"code": SCRIPT, "message": f'" onload="alert(1) {SCRIPT}\x00\u202e'}
    stored = artifact(f"\u202e{SCRIPT}", "failed", startDateTime=START, error=error)
    stored["restorePoint"] = {"id": SCRIPT, "protectionUnit": unit}
    other = artifact("{{ 7 * 7 }}" + SCRIPT, SCRIPT, startDateTime=START, completionDateTime=END)
    return session(
        SCRIPT,
        status=SCRIPT,
        restoreJobType=SCRIPT,
        mailboxRestoreArtifacts=[stored, other],
        **{SCRIPT: SCRIPT},
    )


def test_every_text_of_the_service_is_escaped(save: Save) -> None:
    text = written(save, hostile(), options=("--artifacts", "all"))
    outline = Outline(text)
    assert outline.all("script") == outline.all("img") == []
    assert all(not name.startswith("on") for _, attrs in outline.elements for name in attrs)
    assert "<script" not in text.lower()
    assert "\x00" not in text
    assert "\u202e" not in text
    assert "49" not in {word for _, shown in outline.texts for word in shown.split()}
    shown = [each for _, each in outline.texts if SCRIPT in each]
    assert {tag for tag, each in outline.texts if SCRIPT in each} >= {"p", "td", "th", "text"}
    assert len(shown) > 8


@settings(max_examples=20)
@given(st.text(min_size=1))
def test_any_text_gives_a_page_with_the_same_elements(text: str) -> None:
    from restore_domain.cli.listing import Choice  # noqa: PLC0415 - only here
    from restore_domain.cli.received import Received  # noqa: PLC0415
    from restore_domain.cli.report_page import page as made  # noqa: PLC0415
    from restore_domain.cli.summary import summed_up  # noqa: PLC0415

    def elements(word: str) -> list[str]:
        error = {"code": word, "message": word}
        document = session(mailboxRestoreArtifacts=[artifact(word, "failed", error=error)])
        read = wire.from_json_value(document, ExchangeRestoreSession)
        outline = Outline(made([summed_up(Received(read, has_id=True), Choice())]))
        return [tag for tag, _ in outline.elements]

    assert elements(text) == elements("a")


# A self-contained file ----------------------------------------------------------------------------


def test_the_page_needs_nothing_else_and_forbids_it_to_itself(save: Save) -> None:
    text = written(save, session(mailboxRestoreArtifacts=[restored(1), restored(2, "failed")]))
    outline = Outline(text)
    tags = {tag for tag, _ in outline.elements}
    assert tags.isdisjoint({"script", "link", "iframe", "img", "a", "form", "object"})
    assert not [name for _, attrs in outline.elements for name in attrs if name in {"src", "href"}]
    assert "url(" not in text
    assert "@import" not in text
    (policy,) = (meta["content"] for meta in outline.all("meta") if "http-equiv" in meta)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_the_page_can_be_read_aloud(save: Save) -> None:
    outline = Outline(written(save, session(mailboxRestoreArtifacts=[restored(100, "failed")])))
    assert outline.all("html") == [{"lang": "en"}]
    assert outline.text_in("title") == ["failed, restore session"]
    assert len(outline.all("h1")) == len(outline.all("main")) == 1
    assert {attrs["scope"] for attrs in outline.all("th")} <= {"col", "row"}
    (picture,) = outline.all("svg")
    assert picture["role"] == "img"
    assert picture["aria-label"] == (
        "Timeline of 1 artifact, 1 failed, from 2026-01-05T09:01:00Z to 2026-01-05T09:08:00Z"
    )
    ids = {attrs.get("id") for _, attrs in outline.elements}
    for region in [attrs for _, attrs in outline.elements if attrs.get("role") == "region"]:
        assert region["tabindex"] == "0"
        assert region["aria-labelledby"] in ids


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_light_and_dark_colours_have_enough_contrast(save: Save) -> None:
    """By WCAG 2.2: 4.5 for texts, and 3 for graphical objects."""
    text = written(save, session())
    light, dark = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    for scheme in (light, dark):
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", scheme))
        assert {*ArtifactRestoreStatus} <= {*colours}
        for ground in ("page", "panel"):
            for name in {*colours} - {"page", "panel", "line"}:
                pair = sorted(luminance(colours[each]) for each in (ground, name))
                least = 4.5 if name in {"text", "quiet"} else 3
                assert (pair[1] + 0.05) / (pair[0] + 0.05) >= least, (name, ground)


# The timeline -------------------------------------------------------------------------------------


def drawn(*stored: Json, **more: Any) -> Any:
    document = session(mailboxRestoreArtifacts=[*stored], **more)
    return timeline(wire.from_json_value(document, ExchangeRestoreSession))


def lanes(svg: str, status: str) -> list[tuple[float, float, float]]:
    """Return the place of each bar of a status: its start, its end, and how far down it is."""
    (path,) = re.findall(rf'<path d="([^"]*)"[^>]*class="bar {status}"', svg)
    moves = re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)", path)
    return [(float(start), float(end), float(down)) for start, down, end in moves]


def test_a_bar_goes_from_the_start_to_the_end_on_one_scale() -> None:
    made = drawn(
        artifact("a", "succeeded", startDateTime=at(0), completionDateTime=at(50)),
        artifact("b", "succeeded", startDateTime=at(50), completionDateTime=at(100)),
        artifact("c", "failed", completionDateTime=at(100)),
        artifact("d", "inProgress", startDateTime=at(75)),
        artifact("e", "scheduled"),
    )
    first, second = lanes(made.svg, "succeeded")
    assert first[:2] == (8, 400)
    assert second[:2] == (400, 792)
    assert lanes(made.svg, "inProgress")[0][:2] == (596, 792)
    start, end, _ = lanes(made.svg, "failed")[0]
    assert start < end <= 792
    assert (made.shown, made.without_times, made.shared) == (4, 1, 1)
    downs = [lanes(made.svg, each)[0][2] for each in ("failed", "inProgress", "succeeded")]
    assert downs == sorted(downs)


def test_an_unfinished_artifact_is_drawn_up_to_the_last_known_time() -> None:
    running = artifact("d", "inProgress", startDateTime=at(0))
    ended = artifact("a", "succeeded", startDateTime=at(0), completionDateTime=at(50))
    ((_, end, _),) = lanes(drawn(running, ended, lastModifiedDateTime=at(100)).svg, "inProgress")
    assert end == 792
    assert lanes(drawn(running, ended).svg, "inProgress") != []


def test_no_times_no_timeline(save: Save) -> None:
    unset = "0001-01-01T00:00:00Z"
    assert drawn(artifact("a", "added"), artifact("b", "inProgress", startDateTime=unset)) is None
    assert "Timeline" not in written(save, session(mailboxRestoreArtifacts=artifacts("added")))


def test_one_moment_is_a_timeline() -> None:
    made = drawn(artifact("a", "succeeded", startDateTime=START, completionDateTime=START))
    ((start, end, _),) = lanes(made.svg, "succeeded")
    assert 0 < end - start < 5


@pytest.mark.parametrize(
    ("start", "end", "ticks"),
    [
        ("09:00:00", "09:00:05", ["2026-01-05 09:00:00", "09:00:01", "09:00:02"]),
        ("09:00:00", "09:40:00", ["2026-01-05 09:00", "09:10", "09:20", "09:30", "09:40"]),
        ("09:10:00", "13:05:00", ["2026-01-05 10:00", "11:00", "12:00", "13:00"]),
    ],
)
def test_the_axis_has_few_and_round_times(start: str, end: str, ticks: list[str]) -> None:
    times = {"startDateTime": f"2026-01-05T{start}Z", "completionDateTime": f"2026-01-05T{end}Z"}
    svg = drawn(artifact("a", "succeeded", **times)).svg
    assert re.findall(r'class="tick"[^>]*>([^<]*)<', svg)[: len(ticks)] == ticks


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0002-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
        ("9999-12-31T23:59:58-12:00", "9999-12-31T23:59:59-12:00"),
        (END, START),
    ],
)
def test_any_two_times_can_be_drawn(start: str, end: str) -> None:
    times = {"startDateTime": start, "completionDateTime": end}
    made = drawn(artifact("a", "succeeded", **times))
    assert len(re.findall('class="tick"', made.svg)) <= 8


def test_bars_have_names_if_there_are_few_artifacts() -> None:
    named = drawn(*(restored(number) for number in range(40)))
    assert len(re.findall('class="name"', named.svg)) == 40
    many = drawn(*(restored(number) for number in range(41)))
    assert 'class="name"' not in many.svg
    assert len({down for _, _, down in lanes(many.svg, "succeeded")}) == 41


def test_among_thousands_failed_artifacts_have_their_own_lines() -> None:
    stored = [
        restored(number, "failed" if number % 100 == 7 else "succeeded") for number in range(3000)
    ]
    made = drawn(*stored)
    assert len({down for _, _, down in lanes(made.svg, "failed")}) == 30
    assert len({down for _, _, down in lanes(made.svg, "succeeded")}) <= 100
    assert made.shared == 30


def test_the_picture_does_not_grow_with_the_artifacts() -> None:
    """The size of the picture is also limited for artifacts that leave many visible gaps."""

    def size(count: int) -> int:
        stored = [
            artifact(
                f"a{n}", "succeeded", completionDateTime=at(n * 1000 / count), startDateTime=None
            )
            for n in range(count)
        ]
        return len(drawn(*stored).svg)

    assert size(8000) < 1.1 * size(4000) < 60_000


# In a browser -------------------------------------------------------------------------------------

in_browser = pytest.mark.browser


@pytest.fixture
def chromium(tmp_path: Path, chromium_path: str) -> Callable[..., bytes]:
    """Return the function that opens the page in Chromium without a window."""

    def opened(*options: str) -> bytes:
        done = subprocess.run(  # noqa: S603 - of our own page
            [
                chromium_path,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--user-data-dir={tmp_path / 'profile'}",
                *options,
                Path("page.html").absolute().as_uri(),
            ],
            capture_output=True,
            check=True,
            timeout=120,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        return done.stdout

    return opened


@in_browser
def test_a_browser_runs_no_script_from_a_document(
    save: Save, chromium: Callable[..., bytes]
) -> None:
    written(save, hostile(), options=("--artifacts", "all"))
    outline = Outline(chromium("--dump-dom").decode())
    assert outline.text_in("title") == ["unknownFutureValue, restore session"]
    assert outline.all("script") == outline.all("img") == []


@in_browser
def test_a_browser_shows_it_light_dark_and_narrow(
    save: Save, chromium: Callable[..., bytes]
) -> None:
    stored = [
        restored(number, "failed" if number % 270 == 7 else "succeeded") for number in range(10_000)
    ]
    written(save, session(mailboxRestoreArtifacts=stored))
    pictures = {}
    for name, options in {
        "light": ["--window-size=1000,1600"],
        "dark": ["--window-size=1000,1600", "--blink-settings=preferredColorScheme=0"],
        "narrow": ["--window-size=500,1600"],
    }.items():
        chromium(*options, f"--screenshot={name}.png")
        pictures[name] = Path(f"{name}.png").read_bytes()
    for one, other in combinations(pictures.values(), 2):
        assert one != other
    assert min(map(len, pictures.values())) > 20_000
