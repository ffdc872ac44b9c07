"""A handle on a conversation that was submitted: where it stands, what came of it, its events, answers and its end."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from autogen.core.sync import sync_of
from autogen.errors import ConversationFailed, RunInUse, UnknownRun
from autogen.events import MessageSent
from autogen.stores import inbox
from autogen.stores.watching import cancel, ready_runs, state_of
from autogen.workers.following import Following
from autogen.workers.port import OVER, Job

if TYPE_CHECKING:
    from autogen.core.record.past import Doubt
    from autogen.messages import ChatMessage
    from autogen.stores.inbox import Question
    from autogen.workers.port import Standing, State, WorkQueue

_LOOKS_EVERY_S = 0.2
_PATIENCE_S = 5.0


class Conversation:
    """A conversation that workers hold.

    Args:
        queue: where it was put.
        run_id: its name in the journal.

    Attributes:
        id: its name in the journal.
    """

    def __init__(self, queue: WorkQueue, run_id: str) -> None:
        self.id = run_id
        self._queue = queue

    def __repr__(self) -> str:
        return f"Conversation({self.id!r})"

    @property
    def place(self) -> str:
        """Where its journal is, for messages; never with a password."""
        return self._queue.journal.place

    async def state(self) -> State:
        """Tell where it stands: queued, running, waiting (for a human), done, failed or cancelled."""
        return (await self._look())[1]

    async def result(self) -> Any:
        """Wait until it is over, and return what the program returned; of a conversation, its summary.

        While it waits for a human, this waits too.

        Raises:
            ConversationFailed: it has failed, or was cancelled.
        """
        while True:
            standing, state = await self._look()
            if state in OVER:
                break
            await asyncio.sleep(_LOOKS_EVERY_S)
        outcome = standing.outcome
        if state != "done":
            why = "it was cancelled" if outcome is None or outcome.error is None else outcome.error
            raise ConversationFailed(f"{self.id}: {why}", state=state)
        return None if outcome is None else outcome.value

    def events(self, *, after: int = 0) -> Following:
        """Return its events, to be iterated over by `async for`, until it is over or waits for a human.

        Args:
            after: leave out so many: `seen` of an earlier iteration.
        """
        return Following(self._queue.journal, self.id, self.state, after)

    async def messages(self) -> list[ChatMessage]:
        """Return what was said so far, oldest first."""
        return await asyncio.to_thread(self._said)

    async def questions(self) -> list[Question]:
        """Return what it asks and nobody has answered yet."""
        return await asyncio.to_thread(inbox.questions, self._queue.journal, self.id)

    async def answer(self, words: str, *, step_id: int | None = None) -> None:
        """Answer a question; the conversation goes on with these words.

        Args:
            words: "yes" approves a call; anything else refuses it and says why.
            step_id: which of its questions; the oldest if not given.

        Raises:
            NotAsked: there is no such question, or it was answered already.
            RunInUse: a worker is at it, and asks for itself.
        """
        standing = await self._standing()
        write = partial(inbox.answer, self._queue.journal, self.id, words, step_id=step_id)
        for _ in range(int(_PATIENCE_S / _LOOKS_EVERY_S)):  # a worker may be about to let go of it
            try:
                await asyncio.to_thread(write)
                break
            except RunInUse:
                await asyncio.sleep(_LOOKS_EVERY_S)
        else:
            await asyncio.to_thread(write)
        for ready in await asyncio.to_thread(ready_runs, self._queue.journal, self.id):
            await self._queue.put(standing.job, str(ready.position))

    async def cancel(self) -> None:
        """End it, wherever it stands. A step that is being done is cut off, or ends first where it cannot be."""
        await self._queue.cancel(self.id)
        if await self.state() in {"waiting", "queued"}:
            await asyncio.to_thread(cancel, self._queue.journal, self.id)

    async def go_on(self, *, in_doubt: Doubt = "stop") -> None:
        """Put a conversation that has failed, or was cancelled, on the queue again; nothing recorded is done again.

        Args:
            in_doubt: what becomes of a step that was begun, and whose outcome is not known: "stop", "skip" or "again".

        Raises:
            ConversationFailed: it has not, and there is nothing to go on with; `state` says where it stands.
        """
        standing, state = await self._look()
        if state not in {"failed", "cancelled"}:
            raise ConversationFailed(
                f"{self.id} is {state}: only what has failed or was cancelled can be gone on with.", state=state
            )
        job = standing.job
        again = Job(job.run_id, job.target, job.task, job.queue, in_doubt)
        await self._queue.put(again, f"again-{standing.legs}")

    async def _standing(self) -> Standing:
        standing = await self._queue.standing(self.id)
        if standing is None:
            raise UnknownRun(f"No conversation {self.id!r} was submitted to {self.place}.")
        return standing

    async def _look(self) -> tuple[Standing, State]:
        standing = await self._standing()
        if standing.state != "waiting":
            return standing, standing.state
        recorded = await asyncio.to_thread(state_of, self._queue.journal, self.id)
        if recorded == "cancelled":
            return standing, "cancelled"
        return standing, "waiting" if recorded == "waiting" else "queued"

    def _said(self) -> list[ChatMessage]:
        try:
            events = self._queue.journal.events(self.id)
        except UnknownRun:  # it has not begun
            return []
        return [event.message for event in events if isinstance(event, MessageSent)]

    state_sync = sync_of(state)
    result_sync = sync_of(result)
    messages_sync = sync_of(messages)
    questions_sync = sync_of(questions)
    answer_sync = sync_of(answer)
    cancel_sync = sync_of(cancel)
    go_on_sync = sync_of(go_on)
