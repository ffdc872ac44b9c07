"""Secrets do not reach logs, observers and journals that are not to have them."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autogen import AssistantAgent
from autogen.events import to_dict
from autogen.guards import RedactedJournal, RedactedObserver, Redactor
from autogen.observers.log import LogObserver
from autogen.stores.memory import MemoryJournal
from autogen.testing import RecordingObserver, ScriptedModel

KEY = "sk-" + "proj-" + "Ab1" * 12


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"my key is {KEY}.", "my key is [redacted]."),
        ("sk-ant-" + "api03-" + "x1" * 20, "[redacted]"),
        ("AIza" + "Sy" * 18, "[redacted]"),
        ("ghp_" + "a1B2" * 9, "[redacted]"),
        ("AKIA" + "ABCD1234EFGH5678", "[redacted]"),
        ("xoxb-" + "1234567890-abc", "[redacted]"),
        ("hf_" + "aB3" * 11, "[redacted]"),
        ("eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "[redacted]"),
        ("Authorization: Bearer abcdef123456", "Authorization: Bearer [redacted]"),
        ('{"api_key": "0123456789abc"}', '{"api_key": "[redacted]"}'),
        ("OPENAI_API_KEY=0123456789abc", "OPENAI_API_KEY=[redacted]"),
        ("password: correct-horse", "password: [redacted]"),
        ("postgres://ann:hunter22@db/x", "postgres://[redacted]@db/x"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nrest", "[redacted]\nrest"),
        (
            "The key to success is patience, and a token of love.",
            "The key to success is patience, and a token of love.",
        ),
        ("See https://example.com/a:b@c and task-force-members-of-the-year.", None),
        ("total_tokens=12345, max_tokens: 4096", None),
    ],
    ids=range(17),
)
def test_what_looks_like_a_secret_is_hidden(text: str, left: str | None) -> None:
    assert Redactor(environment=False).text(text) == (text if left is None else left)


def test_configured_values_and_those_of_the_environment_are_hidden() -> None:
    redactor = Redactor(
        ["my own secret", "short"], environment={"ACME_TOKEN": "from-the-environment", "HOME": "/home/ann"}
    )
    assert redactor.text("my own secret, from-the-environment, short, /home/ann") == (
        "[redacted], [redacted], short, /home/ann"
    )
    assert redactor.data({"api_key": "x", "n": [1, "my own secret"], "t": ("my own secret",), "password": ""}) == {
        "api_key": "[redacted]", "n": [1, "[redacted]"], "t": ("[redacted]",), "password": "",
    }  # fmt: skip


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    redactor = Redactor(["secret-value"], environment=False)
    assert "secret-value" not in redactor.text(text + "secret-value" + text)


@pytest.mark.parametrize(
    "text",
    [
        "key=" * 20_000,
        "sk-" * 30_000,
        "eyJ" * 30_000,
        "a" * 100_000,
        "-----BEGIN PRIVATE KEY" * 4_000,
        "://x:" * 20_000,
    ],
)
def test_a_long_text_takes_no_long_time(text: str) -> None:
    began = time.process_time()
    Redactor(environment=False).text(text)
    assert time.process_time() - began < 2


async def test_an_observer_and_a_journal_get_no_secrets() -> None:
    watch, journal = RecordingObserver(), MemoryJournal()
    agent = AssistantAgent("agent", f"Use {KEY}.", model=ScriptedModel(f"It is {KEY}."))
    result = await agent.run(f"Is it {KEY}?", observers=[RedactedObserver(watch)], journal=RedactedJournal(journal))
    assert result.summary == f"It is {KEY}."
    for events in (watch.events, journal.events):
        told: Any = [to_dict(event) for event in events]
        assert KEY not in str(told)
        assert "It is [redacted]." in str(told)


async def test_the_log_has_no_secrets(caplog: pytest.LogCaptureFixture) -> None:
    agent = AssistantAgent("agent", model=ScriptedModel(RuntimeError(f"refused: {KEY}")))
    with caplog.at_level(logging.DEBUG, "autogen.events"), pytest.raises(RuntimeError):
        await agent.run(f"Is it {KEY}?", observers=[LogObserver()])
    assert KEY not in caplog.text
    assert not [record for record in caplog.records if KEY in str(vars(record))]
    assert "Is it [redacted]?" in caplog.text
