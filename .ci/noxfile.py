"""The task runner: each session installs what ``uv.lock`` has, and runs one kind of check.

``.ci/nox`` runs the five that ``-l`` marks with a star, and ``-s NAME`` runs one.
``-s tests`` runs the tests on every Python that is found, with the lowest and the newest of what
the package needs, and says which Python it has not found on the PATH.
"""

from __future__ import annotations

from pathlib import Path

import nox
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
FREE_THREADED = ["3.14t"]
"""The build without the global lock; for that of 3.13 there is no msgspec."""
SLOW = "slow and not (exhaustive or faults or postgres)"
"""The tests that are run each time, but not by the README's command."""

nox.options.envdir = str(ROOT / "build" / "nox")
nox.options.sessions = ["lint", "typing", "docs", "mutation", "slow"]
nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"


def install(session: nox.Session, *groups: str, package: bool = True) -> None:
    """Install groups as they are locked, and the package itself."""
    session.chdir(ROOT)
    arguments = [part for group in groups for part in ("--group", group)]
    if not package:
        arguments.append("--no-install-project")
    environment = {"UV_PROJECT_ENVIRONMENT": session.virtualenv.location}
    session.run_install(
        "uv", "sync", "--quiet", "--locked", *arguments, external=True, env=environment
    )


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
    session.run("codespell")


@nox.session
def typing(session: nox.Session) -> None:
    """Check the types, strictly, with both checkers: ours, and those of a user's code."""
    install(session, "typing")
    session.run("mypy")
    session.run("pyright", "--pythonpath", str(Path(session.bin) / "python"))
    session.run("python", "-m", "pytest", "-q", "tests/typing")


@nox.session
def docs(session: nox.Session) -> None:
    """Check that what is generated is current, and build the site without a warning."""
    install(session, "docs")
    session.run("python", "docs/generate.py", "--check")
    session.run("python", "-m", "tests.vectors", "--check")
    session.run("sphinx-build", "-W", "-n", "--keep-going", "-q", "docs", "build/site")


@nox.session
def slow(session: nox.Session) -> None:
    """Run the tests that take so long that the README's command leaves them to this one."""
    install(session, "tests")
    session.run("python", "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal", "-m", SLOW)


@nox.session
def vectors(session: nox.Session) -> None:
    """Write the conformance vectors and the generated parts of the docs."""
    install(session, "tests")
    session.run("python", "-m", "tests.vectors")
    session.run("python", "docs/generate.py")


@nox.session
def mutation(session: nox.Session) -> None:
    """Break what was edited since its figures in small ways, and see whether a test notices."""
    install(session, "mutation")
    changed = session.posargs or ["--changed", "--quick", "--most", "60"]
    session.run("python", "-m", "tests.mutation", *changed)


@nox.session(venv_backend="none")
def lock(session: nox.Session) -> None:
    """Write the lock again, with what is newest."""
    session.chdir(ROOT)
    session.run("uv", "lock", "--upgrade", external=True)


@nox.session
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities of what is locked."""
    install(session, "audit", package=False)
    locked = str(Path(session.create_tmp()) / "locked.txt")
    everything = ("--all-groups", "--all-extras", "--no-emit-project", "--output-file", locked)
    session.run("uv", "export", "--quiet", "--locked", *everything, external=True)
    session.run("pip-audit", "--strict", "--disable-pip", "--requirement", locked)


@nox.session(python=[*PYTHONS, *FREE_THREADED])
@nox.parametrize("needs", ["lowest", "newest"])
def tests(session: nox.Session, needs: str) -> None:
    """Run the tests with the lowest or the newest versions of what the package needs."""
    python = str(session.python)
    runtime = [wanted(Requirement(text), needs) for text in PROJECT["project"]["dependencies"]]
    if python in FREE_THREADED:  # what is locked has no build for each of them
        groups = nox.project.dependency_groups(PROJECT, "tests")
        session.install("--quiet", "--only-binary=:all:", *groups, *runtime)
        session.install("--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    else:
        install(session, "tests")
        session.install("--quiet", "--upgrade", *runtime)
    session.chdir(ROOT)
    session.run("uv", "pip", "list", "--exclude-editable", external=True)
    for chosen in [session.posargs] if session.posargs else [[], ["-m", SLOW]]:
        session.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen)


def wanted(requirement: Requirement, needs: str) -> str:
    """Return what to install of a package: the lowest version that is declared, or the newest."""
    if needs != "lowest":
        return requirement.name
    (lowest,) = (part.version for part in requirement.specifier if part.operator == ">=")
    return f"{requirement.name}=={lowest}"
