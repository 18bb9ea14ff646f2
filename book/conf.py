"""How Sphinx makes the site. `python -m course_lib book` gathers its pages and runs it."""

import os

project = "How neural networks are optimised"
html_title = project
copyright = "the authors of the course. Code: MIT. Text: CC BY 4.0"
language = "en"

extensions = ["myst_nb", "sphinx_copybutton"]
exclude_patterns = ["_build", "**.ipynb_checkpoints"]
suppress_warnings = ["mystnb.unknown_mime_type"]  # the values of solved sheets, for nbval
nb_execution_mode = "off"  # the notebooks are built, and their outputs verified
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 4
mathjax_path = "mathjax/tex-chtml.js"

REPOSITORY = os.environ.get(
    "COURSE_REPOSITORY", ""
)  # "https://github.com/owner/name" turns Colab and Binder on

html_theme = "sphinx_book_theme"
html_theme_options = {
    "use_download_button": False,  # of the page; each page links to its notebook
    "navbar_persistent": [],
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "article_header_start": ["toggle-primary-sidebar.html"],
    "footer_content_items": ["copyright.html"],
    "home_page_in_toc": False,
    "repository_url": REPOSITORY,
    "use_repository_button": bool(REPOSITORY),
    "launch_buttons": {
        "colab_url": "https://colab.research.google.com",
        "binderhub_url": "https://mybinder.org",
    }
    if REPOSITORY
    else {},
}
html_context = {"default_mode": "auto"}
html_favicon = "_static/icon.svg"
html_static_path = ["_static"]
html_css_files = ["book.css"]
# The theme's icons may not replace those of Play, which the widgets change.
NESTED_ICONS = 'window.FontAwesomeConfig = {autoReplaceSvg: "nest"};'
html_js_files = [(None, {"body": NESTED_ICONS, "priority": 1}), "explorers.js"]
html_show_sourcelink = False
html_show_sphinx = False
html_copy_source = False
