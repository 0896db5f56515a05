"""The tests on every Python that is found, with the lowest and the newest of what they need.

``nox -f .ci/noxfile.py`` runs them all, and says which Python it has not found on the PATH;
``-s "tests-3.12(lowest)"`` runs one.
"""

from __future__ import annotations

from pathlib import Path

import nox
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCK = ROOT / ".ci" / "locks" / "tests.txt"
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
FREE_THREADED = ["3.13t", "3.14t"]
"""The builds without the global lock."""

WITHOUT_MSGSPEC = {"3.13t"}
"""The Pythons that msgspec was never made for."""

nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"


@nox.session(python=[*PYTHONS, *FREE_THREADED])
@nox.parametrize("needs", ["lowest", "newest", "alone"], ids=["lowest", "newest", "no-msgspec"])
def tests(session: nox.Session, needs: str) -> None:
    """Run the tests with the lowest or the newest attrs, cattrs and msgspec, or without msgspec."""
    python = str(session.python)
    if needs != "alone" and python in WITHOUT_MSGSPEC:
        session.skip("msgspec has no build for it")
    runtime = [wanted(Requirement(text), needs) for text in PROJECT["project"]["dependencies"]]
    if python in FREE_THREADED:  # what is locked has no build for each of them
        groups = nox.project.dependency_groups(PROJECT, "tests", "backend")
        runtime = [name for name in runtime if needs != "alone" or name != "msgspec"]
        session.install("--quiet", "--only-binary=:all:", *groups, *runtime)
    else:
        session.install("--quiet", "--require-hashes", "--requirement", str(LOCK))
        session.install("--quiet", "--upgrade", *runtime)
    session.install("--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    if needs == "alone" and python not in FREE_THREADED:
        session.run("pip", "uninstall", "--quiet", "--yes", "msgspec")
    session.chdir(ROOT)
    session.run("pip", "list", "--exclude-editable")
    session.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *session.posargs)


def wanted(requirement: Requirement, needs: str) -> str:
    """Return what to install of a package: the lowest version that is declared, or the newest."""
    if needs != "lowest":
        return requirement.name
    (lowest,) = (part.version for part in requirement.specifier if part.operator == ">=")
    return f"{requirement.name}=={lowest}"
