"""Is the function that a check tries older than the last run of its cell, which ended in an error?"""

import linecache
import re

from IPython import get_ipython


def outdated(answer):
    """A sentence when a newer cell that defines the same name was run but ended in an error, or ""."""
    shell, code = get_ipython(), getattr(answer, "__code__", None)
    if shell is None or code is None:
        return ""
    definition = re.compile(rf"^\s*def {re.escape(code.co_name)}\s*\(", re.MULTILINE)
    own = "".join(linecache.getlines(code.co_filename))
    cells = [cell for cell in shell.history_manager.input_hist_parsed if definition.search(cell)]
    if not definition.search(own) or not cells or cells[-1].strip() == own.strip():
        return ""
    return (
        f"This is an older version of {code.co_name}. The last run of its cell ended with an error "
        "before it defined the new one. Correct that error and run the cell again."
    )
