"""Sphinx: MyST pages, furo, docstrings as they stand in the code."""

from __future__ import annotations

import sys as _sys
from importlib.metadata import version as _version
from pathlib import Path as _Path

_sys.path.insert(0, str(_Path(__file__).resolve().parent))  # the extensions beside this file

project = "greatfear"
author = "The greatfear maintainers"
copyright = author
release = version = _version("greatfear")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "effect_tables", "executed", "notebook_pages"]
exclude_patterns = ["_build", "generated"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
# Some pages point at files of the repository that are no pages, such as spec/specification.md.
suppress_warnings = ["myst.xref_missing"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "exclude-members": "model_config, model_post_init"}
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = "greatfear"
html_show_sphinx = False
