"""The program that stands between us and code under Landlock: started by path, it needs the standard library only.

It reads its orders from a descriptor, forks, binds the child to Landlock and to the system-call filter, and lets it
become the code. It stays as the parent of all that comes of it, also of daemons, and kills what is left at the end: when
the code has ended, when it is asked to (SIGTERM), and when the process that started it has died.
Numbers: https://docs.kernel.org/userspace-api/landlock.html and the kernel's linux/landlock.h, linux/prctl.h.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import struct
import sys
from typing import Any, NoReturn

FAILED = 125  # what it exits with, without a word on `status`, if the code was not started

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_ONLY, _PATH_BENEATH = 1, 1
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 22, 36, 38
_FILTER_MODE = 2

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK, _TRUNCATE = 1 << 6, 1 << 11, 1 << 14
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_READING = _EXECUTE | _READ_FILE | _READ_DIR
# By version of the interface: how many kinds of access to files, to the network and to others it knows.
_FILE_KINDS = {1: 13, 2: 14, 3: 15, 4: 15}
_NEWEST_FILE_KINDS = 16
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6

_libc = ctypes.CDLL(None, use_errno=True)


def landlock_version() -> int:
    """Return the version of Landlock's interface here; 0 if there is none."""
    try:
        return _system(_CREATE_RULESET, None, 0, _VERSION_ONLY)
    except OSError:
        return 0


def main() -> NoReturn:
    """Start what the orders say, and see to its end."""
    parent = os.getppid()
    _process(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    _process(_PR_SET_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, _end_all)
    if os.getppid() != parent:
        sys.exit(FAILED)
    with open(int(sys.argv[1]), encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor
        orders: dict[str, Any] = json.load(stream)
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        _become(orders, told)
    os.close(told)
    complaint = os.read(heard, 4096)
    exit_code = _wait_for(child)
    if complaint:
        os.write(2, complaint)
        sys.exit(FAILED)
    _kill_all()
    os.write(orders["status"], json.dumps({"exit-code": exit_code}).encode() + b"\n")
    os._exit(exit_code)


def _become(orders: dict[str, Any], told: int) -> NoReturn:
    """Give up all that the orders do not grant, and become the code; a failure is told to the parent."""
    try:
        _process(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.setsid()
        os.chdir(orders["directory"])
        ruleset = ruleset_of(orders)
        if orders["user"] is not None:
            os.setgroups([])
            os.setresgid(*[orders["user"]] * 3)
            os.setresuid(*[orders["user"]] * 3)
            _process(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        for name, value in orders["limits"].items():
            _limit(getattr(resource, name), value)
        _bind(ruleset, bytes.fromhex(orders["filter"]))
        os.close(ruleset)
        os.close(orders["status"])
        os.execve(orders["arguments"][0], orders["arguments"], orders["environment"])  # noqa: S606 - what this is for
    except BaseException as error:  # noqa: BLE001 - whatever it is, nobody else will tell
        os.write(told, f"{type(error).__name__}: {error}\n".encode("utf-8", "replace")[:4000])
    os._exit(FAILED)


def _limit(kind: int, value: int) -> None:
    most = resource.getrlimit(kind)[1]
    bound = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(kind, (bound, bound))


def ruleset_of(orders: dict[str, Any]) -> int:
    """Return a descriptor of the rules: what may be read, and where may be written."""
    version = landlock_version()
    if version == 0:
        raise OSError("this kernel has no Landlock, or it is not turned on")
    files = (1 << _FILE_KINDS.get(version, _NEWEST_FILE_KINDS)) - 1
    network = 0 if version < _NETWORK_SINCE or orders["network"] else 3
    attributes = struct.pack("QQQ", files, network, 3 if version >= _SCOPES_SINCE else 0)
    size = 8 if version < _NETWORK_SINCE else 16 if version < _SCOPES_SINCE else 24
    ruleset = _system(_CREATE_RULESET, attributes[:size], size, 0)
    for path in orders["readable"]:
        _allow(ruleset, path, _READING & files)
    for path in orders["devices"]:
        _allow(ruleset, path, (_READ_FILE | _WRITE_FILE | _TRUNCATE) & files)
    for path in orders["writable"]:
        _allow(ruleset, path, files & ~(_MAKE_CHAR | _MAKE_BLOCK))
    return ruleset


def _allow(ruleset: int, path: str, access: int) -> None:
    """Grant access to a file, or to a directory and all below it; what does not exist is left out."""
    try:
        found = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - plain paths here
            access &= _OF_FILES
        rule = struct.pack("=Qi", access, found)
        _system(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(found)


def _bind(ruleset: int, program: bytes) -> None:
    """Bind this process, and all that will come of it, to the rules and to the filter; see that they bind."""
    _process(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _system(_RESTRICT_SELF, ruleset, 0)
    try:
        os.listdir("/")  # noqa: PTH208 - not granted
    except PermissionError:
        pass
    else:
        raise OSError("Landlock was turned on, and does not bind")
    held = ctypes.create_string_buffer(program, len(program))
    instructions = struct.pack("HP", len(program) // 8, ctypes.addressof(held))
    _process(_PR_SET_SECCOMP, _FILTER_MODE, instructions, 0, 0)


def _wait_for(child: int) -> int:
    """Return the child's exit code, as shells tell it; others that end meanwhile are buried."""
    while True:
        process_id, status = os.waitpid(-1, 0)
        if process_id == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _end_all(*_: object) -> NoReturn:
    _kill_all()
    os._exit(FAILED)


def _kill_all() -> None:
    """Kill and bury every descendant. They may go on forking meanwhile: each is first forbidden to."""
    while True:
        for process_id in _descendants():
            with contextlib.suppress(OSError, ValueError):
                resource.prlimit(process_id, resource.RLIMIT_NPROC, (0, 0))
            with contextlib.suppress(OSError):
                os.kill(process_id, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return


def _descendants() -> list[int]:
    found = [os.getpid()]
    for parent in found:
        found += _children_of(parent)
    return found[1:]


def _children_of(process_id: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):  # it is gone by now
        for thread in os.listdir(f"/proc/{process_id}/task"):  # noqa: PTH208 - names only
            with open(f"/proc/{process_id}/task/{thread}/children") as file:  # noqa: PTH123 - a few bytes
                found += map(int, file.read().split())
    return found


def _process(option: int, *arguments: object) -> int:
    return _called(_libc.prctl(option, *map(_word, arguments)))


def _system(number: int, *arguments: object) -> int:
    return _called(_libc.syscall(number, *map(_word, arguments)))


def _word(argument: object) -> object:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _called(result: int) -> int:
    """Return what a call of the C library returned.

    Raises:
        OSError: it failed.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


if __name__ == "__main__":
    main()
