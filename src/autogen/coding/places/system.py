"""What sandboxes show of the system, and how they hand files over."""

from __future__ import annotations

import os
from typing import Self

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
DIRECTORIES = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/fonts", "/etc/mime.types", "/nix/store")
NETWORK_SETTINGS = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf",
                    "/etc/services", "/etc/protocols", "/etc/ssl/certs", "/etc/ssl/openssl.cnf",
                    "/etc/ca-certificates", "/etc/pki/tls", "/etc/pki/ca-trust")  # fmt: skip


class Descriptors:
    """Files that a launch holds open: closed together."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for number in self.numbers:
            os.close(number)

    def holding(self, content: bytes) -> int:
        """Return a descriptor from which the content is read; it is nowhere on disk."""
        number = os.memfd_create("autogen", os.MFD_CLOEXEC)
        self.numbers.append(number)
        with open(number, "wb", closefd=False) as file:
            file.write(content)
        os.lseek(number, 0, os.SEEK_SET)
        return number

    def pipe(self) -> tuple[int, int]:
        """Return the ends of a pipe: where to read, where to write."""
        ends = os.pipe()
        self.numbers += ends
        os.set_blocking(ends[0], False)
        return ends
