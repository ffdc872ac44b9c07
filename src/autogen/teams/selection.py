"""Choosing the next speaker by asking a model, and reading a name out of what it says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.conversable import ConversableAgent
from autogen.agents.responders.model import ask_just
from autogen.core.place import current_scope
from autogen.core.sync import call
from autogen.errors import AgentNameConflict, ModelRejected
from autogen.messages import ChatMessage, content_text
from autogen.models.prices import clients_behind
from autogen.teams import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.core.agent import Agent
    from autogen.teams.group import Group

CHOOSER = "speaker_selection_agent"
_TAKES_NO_SCHEMA = re.compile(r"schema|response_?format|structured", re.IGNORECASE)
CHECKER = "checking_agent"  # names set these messages off from what members said


async def choose_by_model(group: Group, last_speaker: Agent, candidates: Sequence[Agent], manager: Any) -> Agent:
    """Ask a model who speaks next; without one, or when it names nobody in the end, the next in the list speaks."""
    chooser = _chooser(group, manager)
    if chooser is None:
        group.last_choice = "next in the round: the manager has no model to choose by"
        return group.next_agent(last_speaker, candidates)
    names = [agent.name for agent in candidates]
    for name in names:
        if names.count(name) > 1:
            raise AgentNameConflict(f"{names.count(name)} members are named {name!r}; a model cannot tell them apart.")
    scope = current_scope()
    silent = scope is not None and scope.silent
    if scope is not None:
        scope.silent = True  # choosing is told by its outcome
    try:
        return await _asked(group, last_speaker, candidates, chooser)
    finally:
        if scope is not None:
            scope.silent = silent


async def _asked(group: Group, last_speaker: Agent, candidates: Sequence[Agent], chooser: Any) -> Agent:
    messages = await _question(group, candidates)
    chosen: Agent | None = None
    asked = 0
    while chosen is None and asked <= group.max_retries_for_selecting_speaker:
        asked += 1
        answer = await _answer(group, chooser, messages, candidates)
        text = answer if isinstance(answer, str) else content_text(answer.get("content")) if answer else ""
        named = named_agents(text, candidates)
        if len(named) == 1:
            chosen = named[0]
            break
        template = group.select_speaker_auto_multiple_template if named else group.select_speaker_auto_none_template
        retry: ChatMessage = {"role": _role(group), "content": wording.filled(template, candidates), "name": CHECKER}
        messages.append({"role": "assistant", "content": text, "name": CHOOSER})
        messages.append(retry)
    group.last_choice = f"chosen by the model, asked {asked} time{'s' if asked > 1 else ''}"
    if chosen is None:
        group.last_choice += " in vain: next in the round"
        chosen = group.next_agent(last_speaker, candidates)
    return chosen


async def _answer(group: Group, chooser: Any, messages: list[ChatMessage], candidates: Sequence[Agent]) -> Any:
    """Ask for one of the names and nothing else, where the model can be held to it; otherwise ask freely."""
    can_be_held = any(getattr(client, "takes_json_schema", False) for client in clients_behind(chooser.mind.model))
    if can_be_held and not group.asks_freely:
        try:
            return await ask_just(chooser, messages, {"response_format": _one_of(candidates)})
        except ModelRejected as error:
            if not _TAKES_NO_SCHEMA.search(str(error)):
                raise
            group.asks_freely = True
    return await ask_just(chooser, messages)


def _one_of(candidates: Sequence[Agent]) -> dict[str, Any]:
    names = {"type": "string", "enum": [agent.name for agent in candidates]}
    schema = {
        "type": "object",
        "properties": {"next_speaker": names},
        "required": ["next_speaker"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "next_speaker", "schema": schema, "strict": True}}


def named_agents(text: str, agents: Sequence[Agent]) -> list[Agent]:
    """Return the agents that a text names: the one it says exactly (also as JSON), or all it mentions as whole words.

    An underscore in a name may be written as a space, or with a backslash before it; case counts only where no agent
    is named otherwise.
    """
    exact = _bare(text)
    for agent in agents:
        if exact == agent.name:
            return [agent]
    found = [agent for agent in agents if _mentions(text, agent.name, re.NOFLAG)]
    return found or [agent for agent in agents if _mentions(text, agent.name, re.IGNORECASE)]


def _bare(text: str) -> str:
    """Return what is said without quotes, marks and a JSON form around it."""
    bare = text.strip()
    if bare.startswith("{"):
        try:
            values: object = json.loads(bare)
        except ValueError:
            return bare
        told = list(cast("dict[str, object]", values).values()) if isinstance(values, dict) else []
        return str(told[0]) if len(told) == 1 else bare
    return bare.strip("\"'`*.:[]() \n")


def _mentions(text: str, name: str, flags: re.RegexFlag) -> bool:
    spellings = {name, name.replace("_", " "), name.replace("_", r"\_")}
    pattern = "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text, flags) is not None


async def _question(group: Group, candidates: Sequence[Agent]) -> list[ChatMessage]:
    messages: list[ChatMessage] = [{"role": "system", "content": group.select_speaker_msg(candidates)}]
    said: Any = list(group.messages)
    transform = group.select_speaker_transform_messages
    if transform is not None:
        whole = getattr(transform, "transform", None)  # of a `TransformMessages`
        said = await call(whole or getattr(transform, "apply_transform", transform), said)
    messages += [*said[:-1], *(_without_calls(message) for message in said[-1:])]
    prompt = group.select_speaker_prompt(candidates)
    if prompt is not None:
        messages.append({"role": _role(group), "content": prompt, "name": CHECKER})
    return messages


def _without_calls(message: ChatMessage) -> ChatMessage:
    """Return a message without its calls: nobody has answered them yet, which a provider refuses."""
    kept: Any = {"content": "", **message}
    for key in ("tool_calls", "function_call"):
        kept.pop(key, None)
    return kept


def _role(group: Group) -> str:
    return group.role_for_select_speaker_messages or "system"


def _chooser(group: Group, manager: Any) -> Any:
    """Return the agent whose model chooses; `None` if there is no model."""
    config = group.select_speaker_auto_llm_config
    if config is None:
        mind = getattr(manager, "mind", None)
        if mind is None or not mind.has_model:
            return None
        model = mind.model
        if group.chooser is None or group.chooser.mind.model is not model:
            group.chooser = ConversableAgent(CHOOSER, model=model, human_input_mode="NEVER")
    elif group.chooser is None:
        group.chooser = ConversableAgent(CHOOSER, llm_config=config, human_input_mode="NEVER")
        given: Any = group.select_speaker_auto_model_client_cls or ()
        classes = cast("list[Any]", given if isinstance(given, (list, tuple)) else [given])
        for kind in classes:
            group.chooser.register_model_client(model_client_cls=kind)
    return group.chooser
