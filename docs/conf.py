"""How Sphinx builds the site: ``sphinx-build -W -n --keep-going docs build/site``."""

from __future__ import annotations

import sys
from typing import Any

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

import restore_domain

project = "restore_domain"
version = release = restore_domain.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["examples"]

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

sys.set_int_max_str_digits(0)  # autodoc writes out each constant, the huge one, too
autodoc_default_options = {"no-value": True}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
add_module_names = False
python_use_unqualified_type_names = True
autodoc_mock_imports = ["kiota_abstractions", "kiota_serialization_json"]  # in a group of their own
default_role = "py:obj"

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = f"{project} {version}"
html_copy_source = False
html_show_copyright = False

OTHER_PACKAGES = {"attr", "attrs", "cattrs", "hypothesis", "msgspec", "pyarrow", "pytest"}
"""What signatures may name that has its documentation elsewhere."""


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.Element
) -> nodes.Element | None:
    """Find a name that a docstring gives as one imports it; leave what is not ours as text."""
    if node["refdomain"] != "py":
        return None
    name: str = node["reftarget"]
    objects = env.domains.python_domain.objects
    found = [full for full in objects if full.endswith(f".{name}")]
    if not found and name.startswith(f"{project}."):  # by the path of a package that exports it
        found = [full for full in objects if full.endswith(f".{name.rpartition('.')[2]}")]
    if found:
        package = node.get("py:module", "").rpartition(".")[0]
        full = min(found, key=lambda full: (not full.startswith(f"{package}."), full))
        entry = objects[full]
        return make_refnode(
            app.builder, node["refdoc"], entry.docname, entry.node_id, contnode, full
        )
    return contnode if _is_elsewhere(node, name) else None


def _is_elsewhere(node: pending_xref, name: str) -> bool:
    """Tell whether a name is of another package, not public, or an argument in a text."""
    if name.partition(".")[0] in sys.stdlib_module_names | OTHER_PACKAGES:
        return True
    if name.rpartition(".")[2].startswith("_"):
        return True
    if node["reftype"] == "class" and _is_ours(name.rpartition(".")[2]):
        return True
    return node["reftype"] == "obj" and name.isidentifier() and name.islower()


def _is_ours(name: str) -> bool:
    """Tell whether a module of ours has this name: a signature may say what is not public."""
    return any(
        hasattr(module, name)
        for path, module in sys.modules.items()
        if path.partition(".")[0] == project
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Add what this site needs beyond its extensions."""
    app.add_lexer("mermaid", TextLexer)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
