"""What the pages install is locked, with hashes, and is what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = {path.stem: path for path in sorted((ROOT / ".ci" / "locks").iterdir())}
PAGES = (ROOT / "README.md", ROOT / "docs" / "contributing.md")
SECURITY = ROOT / "docs" / "security.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS = PROJECT["dependency-groups"]
PYTHONS = [
    classifier.rpartition(" ")[2]
    for classifier in PROJECT["project"]["classifiers"]
    if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", classifier)
]
PLATFORMS = {
    "linux": {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    "macOS": {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    "Windows": {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
}
ENVIRONMENTS = [
    {
        "python_version": python,
        "python_full_version": f"{python}.{patch}",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    | platform
    for python in PYTHONS
    for patch in (0, 99)
    for platform in PLATFORMS.values()
]

TOGETHER = {"tests": ["tests", "backend"]}
"""The groups that a lock is of, where they are not the one of its name."""


class Pin(NamedTuple):
    """An entry of a lock."""

    requirement: Requirement
    hashes: list[str]


def pins(name: str) -> Iterator[Pin]:
    text = LOCKS[name].read_text("utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", "").splitlines()
    for line in lines:
        requirement, *hashes = line.split(" --hash=")
        yield Pin(Requirement(requirement), [found.strip() for found in hashes])


def versions(name: str, environment: dict[str, str]) -> dict[str, str]:
    """Return what a lock installs on a machine."""
    found: dict[str, str] = {}
    for requirement, _ in pins(name):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            key = canonicalize_name(requirement.name)
            assert key not in found, f"{key} is twice in {name}"
            (specifier,) = requirement.specifier
            found[key] = specifier.version
    return found


def requirements(group: str) -> Iterator[Requirement]:
    for entry in GROUPS[group]:
        if isinstance(entry, str):
            yield Requirement(entry)
        else:
            yield from requirements(entry["include-group"])


def asked_for(name: str) -> list[Requirement]:
    asked = [found for group in TOGETHER.get(name, [name]) for found in requirements(group)]
    if name == "tests":
        asked += map(Requirement, PROJECT["project"]["dependencies"])
    return asked


def test_there_is_a_lock_for_each_group() -> None:
    held = {group for name in LOCKS for group in TOGETHER.get(name, [name])}
    assert held == set(GROUPS)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_one_version_and_its_hashes_of_each_package(name: str) -> None:
    for requirement, hashes in pins(name):
        assert re.fullmatch(r"==[\w.+!]+", str(requirement.specifier)), requirement
        assert requirement.url is None
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", found) for found in hashes), requirement


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place_to_install_from(name: str) -> None:
    text = LOCKS[name].read_text("utf-8")
    assert "://" not in text
    assert not re.search(
        r"^\s*-", re.sub(r"^\s*--hash=", "", text, flags=re.MULTILINE), re.MULTILINE
    )


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_what_the_project_asks_for_on_every_python_and_platform(name: str) -> None:
    asked = asked_for(name)
    assert asked
    for environment in ENVIRONMENTS:
        held = versions(name, environment)
        for requirement in asked:
            if requirement.marker is None or requirement.marker.evaluate(environment):
                version = held.get(canonicalize_name(requirement.name))
                assert version is not None, (requirement, environment)
                assert requirement.specifier.contains(version, prereleases=True), requirement


def test_what_is_in_several_locks_has_one_version() -> None:
    for environment in ENVIRONMENTS:
        known: dict[str, str] = {}
        for name in LOCKS:
            for package, version in versions(name, environment).items():
                assert known.setdefault(package, version) == version, (package, name)


def test_every_python_that_is_supported_is_locked_for() -> None:
    supported = SpecifierSet(PROJECT["project"]["requires-python"])
    assert PYTHONS
    assert all(python in supported for python in PYTHONS)
    lowest = min(int(python.partition(".")[2]) for python in PYTHONS)
    assert f"3.{lowest - 1}" not in supported
    lock = (ROOT / ".ci" / "lock").read_text("utf-8")
    assert f"--python-version 3.{lowest} " in lock


def shown() -> list[str]:
    """Return the commands of the README, and those for contributors."""
    return [line for page in PAGES for line in lines(page)]


def lines(page: Path) -> list[str]:
    """Return what a page shows for the shell."""
    text = page.read_text("utf-8")
    return "".join(re.findall(r"^```shell\n(.*?)^```", text, re.DOTALL | re.MULTILINE)).splitlines()


def test_the_pages_install_for_further_checks_what_is_locked_and_nothing_else() -> None:
    commands = [command for line in shown() for command in line.split(" && ")]
    installed = {command for command in commands if "pip install" in command}
    own = {
        ".venv/bin/pip install --quiet .",  # as a user does
        '.venv/bin/pip install --quiet --upgrade "pip>=25.1"',
        ".venv/bin/pip install --quiet --editable . --group tests",  # what is newest
        ".venv/bin/pip install --quiet --no-deps --no-build-isolation --editable .",
    }
    used = set()
    for command in installed - own:
        before, *names = re.split(r" --requirement \.ci/locks/(\w+)\.txt", command)
        assert before == ".venv/bin/pip install --quiet --require-hashes"
        assert not any(names[1::2])
        used |= set(names[::2])
    assert own <= installed
    assert used == set(LOCKS)


def test_the_page_on_security_shows_commands_of_contributors_and_tests_that_are_there() -> None:
    commands = lines(SECURITY)
    assert commands
    assert set(commands) <= set(shown())
    tests = re.findall(r"`(tests/\S+)`", SECURITY.read_text("utf-8"))
    assert tests
    assert [name for name in tests if not (ROOT / name).exists()] == []
