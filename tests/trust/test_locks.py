"""The packages that the commands install are locked, with hashes, as pyproject.toml requires."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import restore_domain

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SECURITY = ROOT / "docs" / "security.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS = PROJECT["dependency-groups"]
LOCK_TEXT = (ROOT / "uv.lock").read_text("utf-8")
LOCK: dict[str, Any] = tomllib.loads(LOCK_TEXT)
PACKAGES: list[dict[str, Any]] = LOCK["package"]
(OURS,) = (package for package in PACKAGES if package["name"] == "restore-domain")
OTHERS = [package for package in PACKAGES if package is not OURS]
PYTHONS = [
    classifier.rpartition(" ")[2]
    for classifier in PROJECT["project"]["classifiers"]
    if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", classifier)
]


def in_group(group: str) -> Iterator[Requirement]:
    for entry in GROUPS[group]:
        if isinstance(entry, str):
            yield Requirement(entry)
        else:
            yield from in_group(entry["include-group"])


def locked(requirements: list[dict[str, Any]]) -> dict[str, SpecifierSet]:
    """Return the requirements recorded in the lock."""
    return {one["name"]: SpecifierSet(one.get("specifier", "")) for one in requirements}


def asked(requirements: Iterator[Requirement]) -> dict[str, SpecifierSet]:
    return {canonicalize_name(one.name): one.specifier for one in requirements}


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_is_locked_as_it_is_asked_for(group: str) -> None:
    assert locked(OURS["metadata"]["requires-dev"][group]) == asked(in_group(group))


def test_the_package_and_its_extras_are_locked_as_they_are_asked_for() -> None:
    extras = PROJECT["project"]["optional-dependencies"].values()
    texts = [*PROJECT["project"]["dependencies"], *(text for extra in extras for text in extra)]
    assert locked(OURS["metadata"]["requires-dist"]) == asked(map(Requirement, texts))


def test_the_lock_satisfies_the_requirements() -> None:
    requirements = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
    requirements += [one for group in GROUPS for one in in_group(group)]
    for requirement in requirements:
        name = canonicalize_name(requirement.name)
        versions = [package["version"] for package in OTHERS if package["name"] == name]
        assert versions
        assert all(requirement.specifier.contains(version) for version in versions), requirement


@pytest.mark.parametrize("package", OTHERS, ids=lambda package: package["name"])
def test_each_file_of_a_locked_package_has_its_hash_and_is_from_the_index(
    package: dict[str, Any],
) -> None:
    assert package["source"] == {"registry": "https://pypi.org/simple"}
    files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
    assert files
    for file in files:
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", file["hash"]), file
        assert file["url"].startswith("https://files.pythonhosted.org/packages/"), file


def test_the_lock_names_no_other_place_to_install_from() -> None:
    places = {*re.findall(r"\w+://[^/\"]+", LOCK_TEXT)}
    assert places == {"https://pypi.org", "https://files.pythonhosted.org"}


def test_every_python_that_is_supported_is_locked_for() -> None:
    supported = PROJECT["project"]["requires-python"]
    assert LOCK["requires-python"] == supported
    assert PYTHONS
    assert all(python in SpecifierSet(supported) for python in PYTHONS)


def test_a_release_is_locked_once_it_is_a_week_old() -> None:
    assert PROJECT["tool"]["uv"]["exclude-newer"] == "7 days"
    assert LOCK["options"]["exclude-newer-span"] == "P7D"


def test_the_version_of_the_package_is_that_of_the_project() -> None:
    assert restore_domain.__version__ == PROJECT["project"]["version"] == OURS["version"]


def lines(page: Path) -> list[str]:
    """Return the shell commands on a page."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^ *```shell\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return "".join(blocks).splitlines()


def test_the_pages_install_for_development_what_is_locked_and_nothing_else() -> None:
    commands = [command for page in PAGES for line in lines(page) for command in line.split(" && ")]
    synced = [command for command in commands if re.search(r"\buv sync\b", command)]
    for command in synced:
        assert command.startswith(".venv/bin/uv sync --quiet --locked --inexact --group "), command
    groups = {name for command in synced for name in re.findall(r"--group (\S+)", command)}
    assert groups <= set(GROUPS)
    installed = {command for command in commands if command.startswith(".venv/bin/pip")}
    assert installed == {
        ".venv/bin/pip install --quiet .",  # as a user does
        ".venv/bin/pip install --quiet uv",  # which installs the rest
    }


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_is_used(group: str) -> None:
    files = (*PAGES, ROOT / ".ci/noxfile.py", ROOT / ".ci/nox")
    used = re.compile(rf'-group {group}\b|install\(session, "{group}"')
    included = any({"include-group": group} in entries for entries in GROUPS.values())
    assert included or any(used.search(path.read_text("utf-8")) for path in files)


def test_the_page_on_security_names_tests_that_are_there() -> None:
    tests = re.findall(r"`(tests/\S+)`", SECURITY.read_text("utf-8"))
    assert tests
    assert [name for name in tests if not (ROOT / name).exists()] == []
