"""What ordinary programs need works in the sandbox."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.coding.conftest import run

if TYPE_CHECKING:
    from tests.coding.conftest import Make

PROGRAMS = {
    "threads": "import threading\nt = threading.Thread(target=print, args=('ok',)); t.start(); t.join()",
    "a pool of processes": (
        "import multiprocessing as m\nif __name__ == '__main__':\n"
        "    with m.get_context('fork').Pool(3) as pool: assert pool.map(abs, [-1, 2]) == [1, 2]\n    print('ok')"
    ),
    "spawned processes": (
        "import multiprocessing as m\ndef f(q): q.put('ok')\nif __name__ == '__main__':\n"
        "    c = m.get_context('spawn'); q = c.Queue(); p = c.Process(target=f, args=(q,)); p.start()\n"
        "    print(q.get()); p.join()"
    ),
    "shared memory": (
        "from multiprocessing.shared_memory import SharedMemory\n"
        "m = SharedMemory(create=True, size=1000); m.close(); m.unlink(); print('ok')"
    ),
    "subprocesses": "import subprocess; print(subprocess.run(['echo', 'ok'], capture_output=True, text=True).stdout.strip())",
    "a shell": "import os; os.system('echo ok | tr a-z a-z | sort')",
    "temporary files": "import tempfile\nwith tempfile.NamedTemporaryFile() as f, tempfile.TemporaryDirectory(): print('ok')",
    "a database": "import sqlite3; c = sqlite3.connect('x.db'); c.execute('create table t (a)'); c.commit(); print('ok')",
    "directories": (
        "import pathlib, shutil\np = pathlib.Path('a/b'); p.mkdir(parents=True); (p / 'ü.txt').write_text('ok')\n"
        "shutil.make_archive('packed', 'zip', 'a'); print((p / 'ü.txt').read_text()); shutil.rmtree('a')"
    ),
    "permissions": "import os; open('x', 'w').close(); os.chmod('x', 0o755); os.utime('x', (1, 1)); print('ok')",
    "a server of its own": (
        "import asyncio\nasync def main():\n    async def serve(r, w): w.write(b'ok'); w.close()\n"
        "    server = await asyncio.start_server(serve, '127.0.0.1', 0)\n"
        "    r, w = await asyncio.open_connection(*server.sockets[0].getsockname())\n"
        "    print((await r.read()).decode()); w.close(); server.close()\nasyncio.run(main())"
    ),
    "local sockets": "import socket; a, b = socket.socketpair(); a.send(b'ok'); print(b.recv(9).decode())",
    "time zones": "import time, datetime; time.localtime(); datetime.datetime.now().astimezone(); print('ok')",
    "randomness": "import os, random, secrets, uuid; os.urandom(8); uuid.uuid4(); secrets.token_hex(); print('ok')",
    "who it is": "import getpass, os, pwd; assert getpass.getuser() == pwd.getpwuid(os.getuid()).pw_name == 'user'; print('ok')",
    "its home": "import os; open(os.path.expanduser('~/.settings'), 'w').close(); print('ok')",
    "terminals": "import pty; a, b = pty.openpty(); print('ok')",
    "the C library": "import ctypes; assert ctypes.CDLL(None).getpid() > 0; print('ok')",
    "cryptography": "import hashlib, ssl; ssl.create_default_context(); hashlib.sha256(b'x'); print('ok')",
    "its own processes": "import os; assert str(os.getpid()) in os.listdir('/proc'); print('ok')",
    "signals": (
        "import signal\nsignal.signal(signal.SIGALRM, lambda *_: print('ok')); signal.setitimer(signal.ITIMER_REAL, 0.01)\n"
        "signal.pause()"
    ),
    "modules beside it": "open('beside.py', 'w').write('word = \"ok\"')\nimport beside\nprint(beside.word)",
    "memory": "x = bytearray(b'x') * 100_000_000; print('ok')",
}
PACKAGES = {
    "numpy": "import numpy as n; assert n.linalg.inv(n.eye(200)).sum() == 200; print('ok')",
    "pandas": "import pandas as p; assert p.DataFrame({'a': [1, 2]}).a.sum() == 3; print('ok')",
    "matplotlib": "import matplotlib.pyplot as p; p.plot([1, 2]); p.savefig('x.png'); print('ok')",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_ordinary_program_works(make: Make, name: str):
    result = run(make(), PROGRAMS[name])
    assert (result.exit_code, result.output) == (0, "ok\n")


@pytest.mark.parametrize("name", PACKAGES)
def test_a_usual_package_works_where_it_is_installed(make: Make, name: str):
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    result = run(make(timeout=60), PACKAGES[name])
    assert (result.exit_code, result.output[-3:]) == (0, "ok\n")
