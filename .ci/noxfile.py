"""The task runner: each session installs what is locked, with hashes, and runs one kind of check.

``nox -f .ci/noxfile.py`` runs lint, typing and docs; ``-s NAME`` runs one, and
``-l`` lists them. ``-s tests`` runs the tests on every Python that is found, with the lowest and
the newest of what they need, and says which Python it has not found on the PATH.
"""

from __future__ import annotations

from pathlib import Path

import nox
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCKS = ROOT / ".ci" / "locks"
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
FREE_THREADED = ["3.14t"]
"""The build without the global lock; for that of 3.13 there is no msgspec."""

nox.options.sessions = ["lint", "typing", "docs"]
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"


def install(session: nox.Session, *locks: str, package: bool = True) -> None:
    """Install what is locked, and the package itself."""
    files = [part for name in locks for part in ("--requirement", str(LOCKS / f"{name}.txt"))]
    session.install("--quiet", "--require-hashes", *files)
    if package:
        session.install("--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    session.chdir(ROOT)


@nox.session(name="format")
def formatting(session: nox.Session) -> None:
    """Format the code in place."""
    install(session, "lint", package=False)
    session.run("ruff", "check", "--fix", ".")
    session.run("ruff", "format", ".")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format and words."""
    install(session, "lint", package=False)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def typing(session: nox.Session) -> None:
    """Check the types, strictly, with both checkers."""
    install(session, "tests", "typing")
    session.run("mypy")
    session.run("pyright", "--pythonpath", str(Path(session.bin) / "python"))


@nox.session
def docs(session: nox.Session) -> None:
    """Check that what is generated is current, and build the site without a warning."""
    install(session, "tests", "docs")
    session.run("python", "docs/generate.py", "--check")
    session.run("python", "-m", "tests.vectors", "--check")
    session.run("sphinx-build", "-W", "-n", "--keep-going", "-q", "docs", "build/site")


@nox.session
def vectors(session: nox.Session) -> None:
    """Write the conformance vectors and the generated parts of the docs."""
    install(session, "tests")
    session.run("python", "-m", "tests.vectors")
    session.run("python", "docs/generate.py")


@nox.session
def mutation(session: nox.Session) -> None:
    """Break what differs from main in small ways, and see whether a test notices."""
    install(session, "tests", "mutation")
    changed = session.posargs or ["--changed", "main"]
    session.run("python", "-m", "tests.mutation", *changed)


@nox.session
def locks(session: nox.Session) -> None:
    """Write the locks."""
    install(session, "locking", package=False)
    session.run("bash", ".ci/lock", external=True)


@nox.session
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities of what is locked."""
    install(session, "audit", package=False)
    files = [part for path in sorted(LOCKS.glob("*.txt")) for part in ("--requirement", str(path))]
    session.run("pip-audit", "--strict", "--disable-pip", *files)


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
        session.install("--quiet", "--require-hashes", "--requirement", str(LOCKS / "tests.txt"))
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
