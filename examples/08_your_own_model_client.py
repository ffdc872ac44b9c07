"""A model client of your own: a name, and one method from request to reply. A wrapper is a client around a client.

Tier T1: the model here is forty years old and needs no server.
"""

import re

from autogen import AssistantAgent, ConversableAgent
from autogen.messages import text_of
from autogen.models.client import ModelClient, ModelReply, ModelRequest
from autogen.usage import Usage


class Doctor:
    """Turns what it is told into a question."""

    name = "doctor"

    async def create(self, request: ModelRequest) -> ModelReply:
        said = text_of(request.messages[-1]).rstrip(".")
        feeling = re.match(r"I (?:am|feel) (.+)", said)
        answer = f"How long have you been {feeling[1]}?" if feeling else f"Why do you say: {said}?"
        return ModelReply(
            {"role": "assistant", "content": answer},
            model=self.name,
            usage=Usage(len(said.split()), len(answer.split())),
        )


class Loud:
    """Wraps any client: the same protocol in and out."""

    def __init__(self, inner: ModelClient) -> None:
        self.inner = inner
        self.name = f"loud {inner.name}"

    async def create(self, request: ModelRequest) -> ModelReply:
        reply = await self.inner.create(request)
        return ModelReply(
            {"role": "assistant", "content": text_of(reply.message).upper()}, model=self.name, usage=reply.usage
        )


patient = ConversableAgent("patient", human_input_mode="NEVER")
for model in (Doctor(), Loud(Doctor())):
    doctor = AssistantAgent("doctor", model=model)
    result = patient.initiate_chat(doctor, message="I am tired.", max_turns=1, silent=True)
    print(f"{result.summary} ({result.usage.total_tokens} tokens of {model.name})")
