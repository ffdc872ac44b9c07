"""Workers are killed, stopped and cut off: every conversation ends, and nothing is done twice without a word."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from contextlib import suppress
from subprocess import CalledProcessError
from typing import TYPE_CHECKING

import pytest

from autogen.errors import ConversationFailed
from autogen.events import RunResumed, StepEnded
from autogen.stores.sqlite import SQLiteJournal
from autogen.workers import submit_sync
from autogen.workers.on_dbos import DBOSQueue
from tests.servers.postgres_server import Server
from tests.workers import held
from tests.workers.conftest import Crew

if TYPE_CHECKING:
    from autogen.workers import Conversation

CONVERSATIONS, WORKERS, KILLS = 40, 4, 4
pytestmark = pytest.mark.timeout(240)  # a dozen processes are started, which takes its time on a busy machine


def missing(conversation: Conversation, queue: DBOSQueue, sent: Counter[str]) -> list[str]:
    """Return the mails of a conversation that were not sent, and of which it was not told so."""
    wanted = [f"{conversation.id}-{number}" for number in range(held.MAILS)]
    told = sum(
        isinstance(event, StepEnded) and "not known" in str(event.output)
        for event in queue.journal.events(conversation.id)
    )
    absent = [mail for mail in wanted if not sent[mail]]
    return absent[told:]


def test_workers_killed_at_random_lose_no_conversation_and_repeat_no_mail(
    postgres_crew: Crew, postgres_queue: DBOSQueue
):
    chance = random.Random(5)  # noqa: S311 - an order, not a secret
    for _ in range(WORKERS):  # one name for all: none is recognised by what the environment calls it
        postgres_crew.start("--at-once", "8", TEST_STEP_S="0.3", DBOS__VMID="same")
    names = [f"letter{number}" for number in range(CONVERSATIONS)]
    conversations = [
        submit_sync(held.clerk, name, run_id=name, database=postgres_queue, in_doubt="skip") for name in names
    ]
    postgres_crew.wait_for_mail("letter0-0")
    for _ in range(KILLS):
        victim = postgres_crew.processes.pop(chance.randrange(WORKERS))
        victim.kill()
        victim.wait()
        postgres_crew.start("--at-once", "8", TEST_STEP_S="0.3", DBOS__VMID="same")
        time.sleep(chance.uniform(0.1, 1))  # the kill is to come at any moment of a conversation
    assert [each.result_sync() for each in conversations] == [f"{name}: all is sent." for name in names]
    sent = Counter(line for line in postgres_crew.sent if not line.endswith(" sent"))
    assert [mail for mail, number in sent.items() if number > 1] == []
    assert [mail for each in conversations for mail in missing(each, postgres_queue, sent)] == []
    events = [postgres_queue.journal.events(name) for name in names]
    assert any(isinstance(event, RunResumed) for record in events for event in record), "no kill met a conversation"
    assert set(postgres_crew.stop()) <= {0, 130}  # 130: it had not begun to work yet


def test_a_worker_that_is_stopped_ends_its_steps_and_hands_the_rest_over(crew: Crew, queue: DBOSQueue):
    first = crew.start(TEST_STEP_S="1")
    agent = submit_sync(held.clerk, "agent", database=queue, run_id="agent")
    function = submit_sync(held.letters, "function", database=queue, run_id="function")
    crew.wait_for_mail("agent-0")
    crew.wait_for_mail("function-0")
    first.send_signal(signal.SIGTERM)
    assert first.wait(60) == 0
    assert sorted(crew.sent) == ["agent-0", "agent-0 sent", "function-0", "function-0 sent"]
    assert (agent.state_sync(), function.state_sync()) == ("queued", "queued")
    crew.processes.clear()
    crew.start()
    assert agent.result_sync() == "agent: all is sent."
    assert function.result_sync() == ["function: all is sent.!", "Agreed. "]
    assert max(Counter(crew.sent).values()) == 1
    assert crew.log.count("handed over") == 2


def test_a_program_that_takes_every_worker_down_is_given_up(crew: Crew, queue: DBOSQueue):
    for _ in range(4):
        lost = SQLiteJournal(crew.database)
        lost.begin("poison", resume=True)
        lost.close()
    conversation = submit_sync(held.deadly, "poison", database=queue, run_id="poison")
    assert crew.start().wait(60) == 9
    crew.start()
    with pytest.raises(ConversationFailed, match=r"5 workers were lost at the same place .* go on with it"):
        conversation.result_sync()
    assert crew.sent == ["killed by poison"]


def test_a_database_that_goes_away_and_comes_back_is_waited_for(tmp_path_factory: pytest.TempPathFactory):
    server = Server.create()
    server.start()
    crew = Crew(server.url(), tmp_path_factory.mktemp("work"))
    try:
        crew.start("--grace", "1", TEST_STEP_S="0.5")
        queue = DBOSQueue(server.url())
        conversation = submit_sync(held.clerk, "ann", database=queue, in_doubt="skip")
        crew.wait_for_mail("ann-0 sent")
        server.stop("immediate")
        crew.wait_for("The database cannot be reached")
        server.start()
        assert conversation.result_sync() == "ann: all is sent."
        crew.wait_for("The database is there again.")
        assert max(Counter(crew.sent).values()) == 1
        queue.close()
        server.stop("immediate")
        assert crew.stop() == [0]  # it holds nothing, and waits for no server
    finally:
        crew.kill()
        with suppress(CalledProcessError):
            server.stop("immediate")
        server.remove()
