"""How Sphinx builds the site: ``sphinx-build -W -n --keep-going docs build/site``."""

from __future__ import annotations

from typing import Any

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

import restore_domain

project = "restore_domain"
version = release = restore_domain.__version__

extensions = ["myst_parser"]
exclude_patterns = ["examples"]

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = f"{project} {version}"
html_copy_source = False
html_show_copyright = False
html_use_index = False


def setup(app: Sphinx) -> dict[str, Any]:
    """Add what this site needs beyond its extensions."""
    app.add_lexer("mermaid", TextLexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
