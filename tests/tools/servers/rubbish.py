"""A process that is no tool server: what it does is its first argument."""

from __future__ import annotations

import sys

what = sys.argv[1]
if what == "rubbish":
    sys.stdout.write("<html>hello</html>\n" * 100)
    sys.stdout.flush()
    sys.stdin.read()
elif what == "silent":
    sys.stdin.read()
elif what == "dies":
    sys.stderr.write("no such database\n")
    sys.exit(1)
