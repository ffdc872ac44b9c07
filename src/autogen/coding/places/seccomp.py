"""The sandbox's system-call filter: a program for the kernel's classic BPF machine, written without a library.

What it refuses: keys, tracing, other processes' memory, new namespaces and mounts, io_uring, bpf, the machine's clock
and name, typing into a terminal, odd socket families, set-user-id files, and memory that no limit counts.
Format: struct sock_filter, https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import errno
import struct
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

# Number of each call on (x86-64, arm64); -1 where there is none.
# From the kernel's unistd_64.h and asm-generic/unistd.h.
_FORBIDDEN = {
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "fanotify_init": (300, 262),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "mount_setattr": (442, 442),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "unshare": (272, 97),
    "setns": (308, 268),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "reboot": (169, 142),
    "acct": (163, 89),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "iopl": (172, -1),
    "ioperm": (173, -1),
    "modify_ldt": (154, -1),
    "uselib": (134, -1),
    "lookup_dcookie": (212, 18),
}
# Said not to exist, so that the C library falls back: their arguments are out of a filter's sight (clone3, openat2), or
# the memory they give is counted nowhere (memfd, System V).
_ABSENT = {
    "clone3": (435, 435),
    "openat2": (437, 437),
    "fchmodat2": (452, 452),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
}

# For a sandbox in the machine's own namespaces: message queues and semaphores of others, and pages of other processes.
_FORBIDDEN_OF_OTHERS = {
    "mq_open": (240, 180),
    "semget": (64, 190),
    "msgget": (68, 186),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
}
_TRUNCATE = {"truncate": (76, 45)}
# Landlock does not look at these; done to a file of one's own, they need no right to it.
_CHANGING_MODES = {
    "chmod": (90, -1),
    "fchmodat": (268, 53),
    "chown": (92, -1),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "removexattrat": (466, 466),
}

_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_SET_ID = 0o6000
_CREATES = 0o100 | 0o20000000  # O_CREAT, O_TMPFILE
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
_FAMILIES = 46  # how many kinds of sockets Linux has numbers for

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32 = 0x40000000


class _Test(NamedTuple):
    argument: int
    is_: Literal["equal", "unequal", "any_bit"]
    value: int


_NAMES = {
    (56, 220): "clone", (16, 29): "ioctl", (90, -1): "chmod", (91, 52): "fchmod", (268, 53): "fchmodat", (85, -1): "creat",
    (2, -1): "open", (257, 56): "openat", (133, -1): "mknod", (259, 33): "mknodat"}  # fmt: skip
_CONDITIONAL: list[tuple[tuple[int, int], list[_Test]]] = [
    ((56, 220), [_Test(0, "any_bit", _NEW_NAMESPACES)]),  # clone
    ((16, 29), [_Test(1, "equal", _TIOCSTI)]),  # ioctl
    ((16, 29), [_Test(1, "equal", _TIOCLINUX)]),
    ((90, -1), [_Test(1, "any_bit", _SET_ID)]),  # chmod
    ((91, 52), [_Test(1, "any_bit", _SET_ID)]),  # fchmod
    ((268, 53), [_Test(2, "any_bit", _SET_ID)]),  # fchmodat
    ((85, -1), [_Test(1, "any_bit", _SET_ID)]),  # creat
    ((2, -1), [_Test(1, "any_bit", _CREATES), _Test(2, "any_bit", _SET_ID)]),  # open
    ((257, 56), [_Test(2, "any_bit", _CREATES), _Test(3, "any_bit", _SET_ID)]),  # openat
    ((133, -1), [_Test(1, "any_bit", _SET_ID)]),  # mknod
    ((259, 33), [_Test(2, "any_bit", _SET_ID)]),  # mknodat
]


_SOCKET = (41, 198)
_OWN_NETWORK = (_UNIX, _INET, _INET6, _NETLINK)
# Another process by its number, as the first argument: limits and scheduling.
_OF_A_PROCESS = ((302, 261), (203, 122), (144, 119), (142, 118), (314, 274))
_OF_A_PROCESS_BY_KIND = ((141, 140), (251, 30))  # its number is the second: setpriority, ioprio_set


class Sharing(NamedTuple):
    """What a sandbox shares with the machine, because it has no namespaces of its own.

    Args:
        network: it may use the network.
        files: it runs as the user whose files are to be protected.
        truncates: the kernel does not bind `truncate` by itself.
    """

    network: bool
    files: bool
    truncates: bool

    def forbidden(self) -> dict[str, tuple[int, int]]:
        """Return what is refused beyond what every sandbox is refused."""
        return {
            **_FORBIDDEN_OF_OTHERS,
            **(_CHANGING_MODES if self.files else {}),
            **(_TRUNCATE if self.truncates else {}),
        }

    def conditional(self) -> list[tuple[tuple[int, int], list[_Test]]]:
        """Return what is refused under conditions."""
        families = (_INET, _INET6, _NETLINK) if self.network else ()
        return [
            _sockets(families),
            *((call, [_Test(0, "unequal", 0)]) for call in _OF_A_PROCESS),
            *((call, [_Test(1, "unequal", 0)]) for call in _OF_A_PROCESS_BY_KIND),
        ]


def _sockets(families: tuple[int, ...]) -> tuple[tuple[int, int], list[_Test]]:
    """Refuse sockets of all families but these; pairs of sockets are made by another call."""
    return _SOCKET, [_Test(0, "unequal", family) for family in families]


@lru_cache(maxsize=16)
def filter_program(machine: str, sharing: Sharing | None = None) -> bytes | None:
    """Return the filter for a machine as `platform.machine()` names it; `None` if its numbers are not known here.

    Args:
        machine: whose numbers.
        sharing: what the sandbox shares with the machine; `None` if it has namespaces of its own.
    """
    if machine not in _ARCHITECTURES:
        return None
    forbidden = _FORBIDDEN | (sharing.forbidden() if sharing else {})
    conditional = [*_CONDITIONAL, *(sharing.conditional() if sharing else [_sockets(_OWN_NETWORK)])]
    column, architecture = _ARCHITECTURES[machine]
    program = _instruction(_LOAD, 4) + _instruction(_EQUAL, architecture, 1, 0) + _instruction(_RETURN, _KILL)
    program += _instruction(_LOAD, 0)
    if machine == "x86_64":
        program += _instruction(_AT_LEAST, _X32, 0, 1) + _fail(errno.ENOSYS)
    for calls, number in ((forbidden, errno.EPERM), (_ABSENT, errno.ENOSYS)):
        for columns in calls.values():
            if columns[column] >= 0:
                program += _instruction(_EQUAL, columns[column], 0, 1) + _fail(number)
    for columns, tests in conditional:
        if columns[column] >= 0:
            program += _conditional(columns[column], tests)
    return program + _instruction(_RETURN, _ALLOW)


def container_profile(machine: str) -> dict[str, Any]:
    """Return the filter of a sandbox with namespaces of its own, as container engines take it.

    Format: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp, in which a test for any bit of
    several is a rule for each of them.
    """
    rules = [_rule(sorted(_FORBIDDEN), errno.EPERM), _rule(sorted(_ABSENT), errno.ENOSYS)]
    for columns, tests in _CONDITIONAL:
        rules += [_rule([_NAMES[columns]], errno.EPERM, args) for args in product(*map(_comparisons, tests))]
    families = [family for family in range(_FAMILIES) if family not in _OWN_NETWORK]
    rules += [_rule(["socket"], errno.EPERM, [_comparison(0, "SCMP_CMP_EQ", family)]) for family in families]
    rules.append(_rule(["socket"], errno.EPERM, [_comparison(0, "SCMP_CMP_GE", _FAMILIES)]))
    named = {"x86_64": ["SCMP_ARCH_X86_64"], "aarch64": ["SCMP_ARCH_AARCH64"]}
    return {"defaultAction": "SCMP_ACT_ALLOW", "architectures": named.get(machine, []), "syscalls": rules}


def _rule(names: list[str], number: int, args: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    return {"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": number, "args": list(args)}


def _comparisons(test: _Test) -> list[dict[str, Any]]:
    if test.is_ == "equal":
        return [_comparison(test.argument, "SCMP_CMP_EQ", test.value)]
    bits = [1 << position for position in range(32) if test.value >> position & 1]
    return [_comparison(test.argument, "SCMP_CMP_MASKED_EQ", bit, bit) for bit in bits]


def _comparison(argument: int, operator: str, value: int, second: int = 0) -> dict[str, Any]:
    return {"index": argument, "value": value, "valueTwo": second, "op": operator}


def _conditional(call: int, tests: list[_Test]) -> bytes:
    """Refuse a call if all the tests hold; afterwards the call's number is loaded again."""
    body = b""
    for position, test in enumerate(tests):
        to_end = 2 * (len(tests) - position - 1) + 1
        code = _ANY_BIT if test.is_ == "any_bit" else _EQUAL
        jumps = (to_end, 0) if test.is_ == "unequal" else (0, to_end)
        body += _instruction(_LOAD, 16 + 8 * test.argument) + _instruction(code, test.value, *jumps)
    body += _fail(errno.EPERM)
    body += _instruction(_LOAD, 0)
    return _instruction(_EQUAL, call, 0, len(body) // 8) + body


def _fail(number: int) -> bytes:
    return _instruction(_RETURN, _FAIL | number)


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)
