"""The pictures of the pages show what one sees; `scripts/draw-applications` draws them anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.applications.pictures import COMMANDS, IMAGES, board_of_a_game, drawn, said_in


@pytest.mark.parametrize("application", COMMANDS)
def test_the_picture_of_an_application_shows_what_a_terminal_shows(application: str, tmp_path: Path):
    picture = (IMAGES / f"{application}.svg").read_text(encoding="utf-8")
    assert said_in(picture) == said_in(drawn(application, tmp_path))


def test_the_picture_of_the_board_shows_the_game_of_the_page():
    assert (IMAGES / "chess.svg").read_text(encoding="utf-8") == board_of_a_game()
