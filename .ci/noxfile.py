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
FREE_THREADED = ["3.14t"]
"""The build without the global lock; for that of 3.13 there is no msgspec."""

nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"


@nox.session(python=[*PYTHONS, *FREE_THREADED])
@nox.parametrize("needs", ["lowest", "newest"])
def tests(session: nox.Session, needs: str) -> None:
    """Run the tests with the lowest or the newest versions of what the package needs."""
    python = str(session.python)
    runtime = [wanted(Requirement(text), needs) for text in PROJECT["project"]["dependencies"]]
    if python in FREE_THREADED:  # what is locked has no build for each of them
        groups = nox.project.dependency_groups(PROJECT, "tests", "backend")
        session.install("--quiet", "--only-binary=:all:", *groups, *runtime)
    else:
        session.install("--quiet", "--require-hashes", "--requirement", str(LOCK))
        session.install("--quiet", "--upgrade", *runtime)
    session.install("--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    session.chdir(ROOT)
    session.run("pip", "list", "--exclude-editable")
    session.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *session.posargs)


def wanted(requirement: Requirement, needs: str) -> str:
    """Return what to install of a package: the lowest version that is declared, or the newest."""
    if needs != "lowest":
        return requirement.name
    (lowest,) = (part.version for part in requirement.specifier if part.operator == ">=")
    return f"{requirement.name}=={lowest}"
