"""Begins a kernel behind walls: limits, its own processes and files, no network; then becomes it.

    python -I -S launcher.py CONFIG.json CONNECTION.json

Nothing but the standard library, because everything after the walls stands inside them. CONFIG says
which walls (see sandbox.py): "process" has limits only, "landlock" adds files, TCP and signals,
"namespaces", begun by `unshare`, adds processes and network of its own and a small disk of its own.
"""

import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
# prctl(2), landlock(7) and mount(2) have no names in Python; these are Linux's numbers for them.
SET_PDEATHSIG, CAPBSET_DROP, SET_NO_NEW_PRIVS = 1, 24, 38
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
NOSUID_NODEV = 2 | 4
# Rights on files, by the Landlock version that first had them; all that a version knows is denied.
EXECUTE, READ_FILE, READ_DIR, TRUNCATE, IOCTL_DEV = 1 << 0, 1 << 2, 1 << 3, 1 << 14, 1 << 15
REMOVE_FILE, MAKE_SOCK = 1 << 5, 1 << 9
RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: TRUNCATE, 5: IOCTL_DEV}
TCP = {4: 0b11}  # bind, connect
SCOPES = {6: 0b11}  # abstract sockets and signals stay inside
READ = EXECUTE | READ_FILE | READ_DIR


class Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr"""

    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class PathBeneath(ctypes.Structure):
    """struct landlock_path_beneath_attr"""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def main(config_file, connection_file):
    """Put up the walls and become the kernel."""
    with open(config_file, encoding="utf-8") as file:
        config = json.load(file)
    if LIBC:
        checked(LIBC.prctl(SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")
    if config["level"] == "namespaces":
        for folder in config["disks"]:
            own_disk(folder, config["disk_mb"])
        own_limits(config["kernel"])
        config["write"] += config["disks"]
    for folder in config["template"]:  # such as matplotlib's list of fonts
        shutil.copytree(folder, config["scratch"], dirs_exist_ok=True)
    os.chdir(config["scratch"])
    limit(config["limits"])
    if config["level"] != "process":
        walls(config["read"], [*config["write"], config["scratch"]], config["sockets"])
    command = [part.replace("{connection_file}", connection_file) for part in config["command"]]
    environment = config["environment"]
    if sys.platform == "win32":  # an exec there would end this process, and the kernel with it
        events = {name: os.environ[name] for name in os.environ if name.startswith("JPY_")}
        sys.exit(subprocess.call(command, env=environment | events, close_fds=False))
    os.execve(command[0], command, environment)


def own_disk(folder, megabytes):
    """A disk in memory, of limited size and number of files, that vanishes with this kernel."""
    options = f"size={megabytes}m,nr_inodes=20k,mode=0700".encode()
    done = LIBC.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", NOSUID_NODEV, options)
    checked(done, "mount")


def own_limits(limits):
    """Limits on what these namespaces hold, {"shmall": pages}, where this kernel gives them."""
    version = tuple(map(int, re.findall(r"\d+", os.uname().release)[:2]))
    for name, value in limits.items():
        if name == "pid_max" and version < (6, 14):  # there it is the machine's
            continue
        with contextlib.suppress(OSError), open(f"/proc/sys/kernel/{name}", "w") as file:
            file.write(str(value))


def limit(limits):
    """Set resource limits by name, as far as this system has them: {"AS": bytes, "CORE": 0}."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is None:
            continue
        _, hard = resource.getrlimit(number)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        try:
            resource.setrlimit(number, (value, value))
        except (ValueError, OSError):
            if sys.platform == "linux":  # macOS refuses some
                raise


def walls(readable, writable, sockets):
    """Landlock: from here on only these paths, no TCP, no signal and no look at others."""
    version = LIBC.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    checked(version, "landlock")
    everything = known(RIGHTS, version)
    ruleset = Ruleset(everything, known(TCP, version), known(SCOPES, version))
    size = 8 if version < 4 else 16 if version < 6 else 24
    handle = checked(
        LIBC.syscall(CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), 0), "landlock"
    )
    for path in readable:
        allow(handle, path, READ & everything)
    for path in writable:
        allow(handle, path, everything & ~EXECUTE)
    allow(handle, sockets, READ | REMOVE_FILE | MAKE_SOCK)  # no files: this disk has no limit
    drop_privileges()
    checked(LIBC.syscall(RESTRICT_SELF, handle, 0), "landlock")
    os.close(handle)


def known(table, version):
    """All bits that this version of Landlock knows."""
    return sum(bits for since, bits in table.items() if since <= version)


def allow(handle, path, rights):
    """Let the process use what is beneath `path`; a path that is not there needs no rule."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not os.path.isdir(path):
        rights &= EXECUTE | READ_FILE | TRUNCATE | IOCTL_DEV | 1 << 1
    rule = PathBeneath(rights, opened)
    checked(LIBC.syscall(ADD_RULE, handle, 1, ctypes.byref(rule), 0), f"landlock {path}")
    os.close(opened)


def drop_privileges():
    """No capability, even for root, and running another program gives none."""
    for capability in range(64):
        LIBC.prctl(CAPBSET_DROP, capability, 0, 0, 0)  # fails for those this kernel has not
    header, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    checked(LIBC.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    checked(LIBC.capset(header, nothing), "capset")


def checked(result, what):
    """The result of a C call, or its error: a wall that does not stand must not go unnoticed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


if __name__ == "__main__":
    main(*sys.argv[1:])
