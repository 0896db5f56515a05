"""The page that tries the state machines out, and every page of the site, in a browser."""

import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from restore_domain.aggregation import DECISION_TABLE
from restore_domain.lifecycle import Reporter, allowed_statuses
from restore_domain.rules import CONDITIONS, RULES
from restore_domain.status import ArtifactRestoreStatus

from .pages import DOCS

SCRIPT = (DOCS / "_static" / "explore.js").read_text("utf-8")
in_browser = pytest.mark.browser


def test_the_script_states_no_rule() -> None:
    names = {*ArtifactRestoreStatus, *Reporter, *RULES}
    assert {*re.findall(r"\w+", SCRIPT)}.isdisjoint(names)


# In a browser -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("furo", reason="needs the dependency group browser")
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(  # noqa: S603 - our own pages
        [sys.executable, "-m", "sphinx", "-q", str(DOCS), str(folder)], check=True
    )
    return folder


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="needs the dependency group browser")
    with api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(site: Path, browser: Any) -> Iterator[Any]:
    opened = browser.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.goto((site / "explore.html").as_uri())
    yield opened
    opened.close()
    assert problems == []


def said(page: Any, label: str) -> str:
    """Return what a screen reader says of a part that changes."""
    text: str = page.get_by_role("status", name=label, exact=True).inner_text()
    return " ".join(text.split())


def report(page: Any, status: str) -> None:
    page.locator(f"button[data-status={status}]").click()


OUTCOME = "What came of the report"
SESSION = "Status of the session of these artifacts"


@in_browser
def test_each_set_of_statuses_shows_its_status_rule_and_what_decides(page: Any) -> None:
    boxes = [page.get_by_role("checkbox", name=one, exact=True) for one in ArtifactRestoreStatus]
    for number, case in enumerate(DECISION_TABLE):
        for bit, box in enumerate(boxes):
            box.set_checked(bool(number >> bit & 1))
        deciding = ", ".join(one for one in ArtifactRestoreStatus if one in case.deciding)
        assert said(page, "Status of the session") == (
            f"The session is {case.status}. Rule {case.rule}: {CONDITIONS[case.rule]}. "
            f"Deciding: {deciding or 'nothing'}. Case {number} of 128."
        )
    link = page.get_by_role("link", name=case.rule, exact=True)
    assert link.get_attribute("href") == f"specification.html#{case.rule.lower()}"


@in_browser
@pytest.mark.parametrize("reporter", Reporter)
@pytest.mark.parametrize("status", ArtifactRestoreStatus)
def test_what_may_be_reported_is_what_the_lifecycle_allows(
    page: Any, reporter: Reporter, status: ArtifactRestoreStatus
) -> None:
    page.get_by_label("observer").check()
    report(page, status)
    page.get_by_label(reporter).check()
    started = "with a start" in page.get_by_role("group", name="Artifact", exact=True).inner_text()
    buttons = {one: page.locator(f"button[data-status={one}]") for one in ArtifactRestoreStatus}
    offered = {one for one, button in buttons.items() if button.inner_text() == one}
    assert offered == allowed_statuses(status, reporter, started=started)
    assert buttons[status].inner_text() == f"{status} no change"


@in_browser
def test_a_restore_is_stepped_to_its_end(page: Any) -> None:
    report(page, "inProgress")
    assert said(page, OUTCOME) == (
        "Refused (L2): the driver can't report inProgress after added; scheduling may follow it."
    )
    for status in ("scheduling", "scheduled", "inProgress", "succeeded"):
        report(page, status)
        assert said(page, OUTCOME) == f"Accepted: artifact 1 is {status}."
    assert said(page, SESSION).startswith("The session is active. Rule A7:")
    report(page, "scheduled")
    assert said(page, OUTCOME).endswith(
        "The report is stale: the artifact may have passed that status."
    )
    report(page, "succeeded")
    assert said(page, OUTCOME) == "No change (L3): it is succeeded already."
    page.get_by_label("2: added").check()
    page.get_by_label("observer").check()
    report(page, "failed")
    assert said(page, SESSION).startswith("The session is completedWithError. Rule A4:")
    accepted = page.get_by_role("list", name="Reports that were accepted").get_by_role("listitem")
    assert accepted.all_inner_texts()[-1] == (
        "observer: artifact 2 added to failed; the session: active to completedWithError"
    )
    assert page.get_by_role("img", name="The status of a session: completedWithError").count() == 1
    page.get_by_role("button", name="Add an artifact").click()
    assert said(page, OUTCOME) == "The session has 3 artifacts."
    page.get_by_role("button", name="Begin again").click()
    assert said(page, SESSION).startswith("The session is draft.")


@in_browser
def test_the_keyboard_alone_is_enough(page: Any) -> None:
    press = page.keyboard.press
    focused = "document.activeElement"
    page.get_by_role("checkbox", name="added").focus()
    press("Space")
    press("Tab")
    press("Space")
    assert said(page, "Status of the session").startswith("The session is activating. Rule A8:")
    while page.evaluate(f"{focused}.name") != "reporter":
        press("Tab")
    press("ArrowRight")
    assert page.evaluate(f"{focused}.value") == "observer"
    while page.evaluate(f"{focused}.dataset.status") != "failed":
        press("Tab")
    outline = page.evaluate(f"getComputedStyle({focused}).outlineStyle")
    assert outline == "solid"
    press("Enter")
    assert said(page, OUTCOME) == "Accepted: artifact 1 is failed."
    assert page.evaluate(f"{focused}.dataset.status") == "failed"  # the focus stays


@in_browser
def test_everything_that_is_pressed_has_a_name(page: Any) -> None:
    names = page.locator("#explore").aria_snapshot()
    pressed = re.findall(r"- '?(?:button|checkbox|radio)(.*)", names)
    assert len(pressed) == 7 + 2 + 2 + 7 + 2
    assert all(re.match(r' "[^"]+"', name) for name in pressed)


@in_browser
def test_it_is_light_dark_and_narrow(site: Path, browser: Any) -> None:
    pictures = []
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 375)):
        opened = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
        opened.goto((site / "explore.html").as_uri())
        pictures.append(opened.screenshot(full_page=True))
        opened.close()
    for one, other in itertools.combinations(pictures, 2):
        assert one != other
    assert min(map(len, pictures)) > 20_000


@in_browser
@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_of_the_site_is_wider_than_the_window(site: Path, browser: Any, width: int) -> None:
    opened = browser.new_page(viewport={"width": width, "height": 900})
    wide = []
    for path in sorted(site.rglob("*.html")):
        opened.goto(path.as_uri())
        if opened.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path.name)
    opened.close()
    assert wide == []
