"""A silent chat prints nothing; the histories are the same."""

from __future__ import annotations

import contextlib
import io

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    printed: Outcome = {}
    for silent in (True, False):
        user, other = api.user(), api.agent("other", default_auto_reply="ok")
        screen = io.StringIO()
        with contextlib.redirect_stdout(screen):
            api.drive("initiate_chat", user, other, message="go", max_turns=1, silent=silent)
        printed[str(silent)] = {"something": bool(screen.getvalue()), "histories": api.histories(user, other)}
    return printed
