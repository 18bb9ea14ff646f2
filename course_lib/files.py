"""write_whole: a file is written completely or not at all."""

import os
import tempfile
from pathlib import Path


def write_whole(path, content):
    """Write `content` (bytes) to `path`; at any moment the old file or the new one is there, whole.

    The folder is made where it is missing. Raises OSError when there is no room or no permission; the
    old file then stays as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".part")
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask():
    """The rights that new files lack here; mkstemp gives a file to its owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
