"""The page on dependencies has a reason for each of them, and for nothing else."""

import re
import tomllib

from .pages import ROOT, read


def names(requirements: list[object]) -> set[str]:
    texts = [entry for entry in requirements if isinstance(entry, str)]
    return {re.split(r"[\[~<>=!; ]", text)[0].lower() for text in texts}


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = names(project["project"]["dependencies"])
    for extra in project["project"].get("optional-dependencies", {}).values():
        declared |= names(extra)
    for group in project["dependency-groups"].values():
        declared |= names(group)
    page = read("dependencies.md")
    rows = re.findall(r"^\| (?:\w+ \| )?([\w, -]+) \| [^|]+ \|$", page, re.MULTILINE)
    explained = {name for row in rows for name in row.split(", ")} - {"package"}
    assert explained == declared
