"""Loaded before nbval, this keeps out an import that takes a second and is not needed.

nbval reads notebooks with nbformat, which loads jsonschema, which loads `rfc3987_syntax` if it is
installed and then compiles a grammar for addresses. jsonschema does without it; a notebook's format
asks for no address.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # importing it now raises ImportError
