"""What a classic program sees: one facade that is the same over the classic package and over ours.

A program is a file in `programs/` with `def program(api: Api) -> Outcome`. It must run unchanged on both packages, so
this file uses only the classic public API, and only the standard library besides.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import copy
import importlib.util
import io
import os
import re
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, cast

from tests.classic.endpoint import Endpoint, served

Outcome = dict[str, Any]

PROGRAMS = Path(__file__).parent / "programs"
EXPECTED = Path(__file__).parent / "expected"
TIME_LIMIT_S = 60
TEMPORARY_NAME = re.compile(r"tmp_code_[0-9a-f]{32}")
CLASSIC_ERRORS = {
    "AgentNameConflict",
    "NoEligibleSpeaker",
    "SenderRequired",
    "InvalidCarryOverType",
    "UndefinedNextAgent",
}


class ScriptedMessage(SimpleNamespace):
    """The message of a model's answer, shaped as the classic expects from a custom client."""

    def model_dump(self, **_: Any) -> dict[str, Any]:
        return {key: copy.deepcopy(value) for key, value in vars(self).items() if value is not None or key == "content"}


class ScriptedModel:
    """Answers in order, and keeps every request it was sent."""

    def __init__(self, replies: Sequence[Any], usage: dict[str, Any] | None) -> None:
        self.replies = list(replies)
        self.usage = usage or {}
        self.requests: list[dict[str, Any]] = []

    def answer(self, params: dict[str, Any]) -> Any:
        kept = ("messages", "tools", "functions")
        self.requests.append({key: copy.deepcopy(params[key]) for key in kept if key in params})
        if not self.replies:
            raise LookupError(f"the script has no reply number {len(self.requests)}")
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply(params) if callable(reply) else reply


class ScriptedClient:
    """The classic custom-client protocol over a `ScriptedModel`."""

    def __init__(self, config: dict[str, Any], script: ScriptedModel) -> None:
        self.script = script

    def create(self, params: dict[str, Any]) -> Any:
        reply = self.script.answer(params)
        message: dict[str, Any] = {"content": None, "role": "assistant", "function_call": None, "tool_calls": None}
        message |= reply if isinstance(reply, dict) else {"content": reply}
        choice = SimpleNamespace(message=ScriptedMessage(**message))
        usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "cost": 0.0, "model": "scripted"}
        return SimpleNamespace(choices=[choice], model="scripted", script_usage=usage | self.script.usage)

    def message_retrieval(self, response: Any) -> list[Any]:
        messages = [choice.message for choice in response.choices]
        return [m if m.function_call or m.tool_calls else m.content for m in messages]

    def cost(self, response: Any) -> float:
        return response.script_usage["cost"]

    @staticmethod
    def get_usage(response: Any) -> dict[str, Any]:
        return response.script_usage


class Api:
    """The classic package, and the means to script and observe a program that uses it."""

    no_model: ClassVar[dict[str, Any]] = {"llm_config": False, "human_input_mode": "NEVER"}

    def __init__(self, autogen: Any, form: str) -> None:
        self.autogen = autogen
        self.form = form
        self.driven = False
        self._models: dict[Any, ScriptedModel] = {}
        self._undo = contextlib.ExitStack()

    # Agents and models

    @property
    def llm_config(self) -> dict[str, Any]:
        entry = {"model": "scripted", "model_client_cls": "ScriptedClient"}
        return {"config_list": [entry], "cache_seed": None}

    def agent(self, name: str, **options: Any) -> Any:
        """Make a `ConversableAgent` that has no model and asks nobody, unless told otherwise."""
        return self.autogen.ConversableAgent(name, **(self.no_model | options))

    def user(self, name: str = "user", **options: Any) -> Any:
        """Make a `UserProxyAgent` that runs no code and asks nobody, unless told otherwise."""
        quiet = {"code_execution_config": False, "human_input_mode": "NEVER"}
        return self.autogen.UserProxyAgent(name, **(quiet | options))

    def assistant(self, name: str, replies: Sequence[Any], **options: Any) -> Any:
        """Make an `AssistantAgent` with a short system message, whose model gives these replies."""
        agent = self.autogen.AssistantAgent(
            name, **({"llm_config": self.llm_config, "system_message": "Help."} | options)
        )
        self.script(agent, replies)
        return agent

    def script(self, agent: Any, replies: Sequence[Any], usage: dict[str, Any] | None = None) -> None:
        """Make the agent's model give these replies: text, a message dict, an exception, or a function of the request.

        To be called after the agent's tools are registered, as the classic forgets a custom client at each registration.
        """
        self._models[agent] = ScriptedModel(replies, usage)
        agent.register_model_client(model_client_cls=ScriptedClient, script=self._models[agent])

    def requests(self, agent: Any) -> list[dict[str, Any]]:
        return self._models[agent].requests

    def sent_to_model(self, agent: Any) -> list[list[dict[str, Any]]]:
        return [request["messages"] for request in self.requests(agent)]

    def model_calls(self, agent: Any) -> int:
        return len(self.requests(agent))

    def endpoint(self, replies: Sequence[Any]) -> Endpoint:
        """Serve a model on this machine; its `llm_config` is for a selector of speakers, which takes no custom client."""
        return self._undo.enter_context(served(replies))

    def group(self, members: Sequence[Any], manager: dict[str, Any] | None = None, **options: Any) -> Any:
        """Make a manager without a model of a group whose members speak in turn, unless told otherwise."""
        usual = {"agents": list(members), "messages": [], "speaker_selection_method": "round_robin"}
        groupchat = self.autogen.GroupChat(**(usual | options))
        return self.autogen.GroupChatManager(groupchat, **({"llm_config": False} | (manager or {})))

    # Driving

    def drive(self, method: str, owner: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a method, or its `a_` twin when the program runs in the async form."""
        self.driven = True
        if self.form == "async":
            return self.wait(getattr(owner, f"a_{method}")(*args, **kwargs))
        return getattr(owner, method)(*args, **kwargs)

    def wait(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine to its end, in a thread of its own if a loop runs here already."""
        if loop_is_running():
            return in_a_thread(lambda: asyncio.run(coroutine))
        return asyncio.run(coroutine)

    def inputs(self, answers: Sequence[str | type[BaseException]]) -> list[str]:
        """Script what the human types; the list returned collects the prompts."""
        left, prompts = list(answers), list[str]()

        def scripted_input(prompt: object = "", /) -> str:
            prompts.append(str(prompt))
            if not left:
                raise LookupError(f"the human was asked once too often: {prompt}")
            answer = left.pop(0)
            if isinstance(answer, str):
                return answer
            raise answer

        terminal = io.StringIO()
        terminal.isatty = lambda: True
        self._undo.enter_context(replaced(builtins, "input", scripted_input))
        self._undo.enter_context(replaced(sys, "stdin", terminal))
        return prompts

    # Observing

    def histories(self, *agents: Any) -> Outcome:
        """Everything each agent remembers: `{agent: {partner: messages}}`, without partners of whom it has nothing."""
        return {
            agent.name: {partner.name: copy.deepcopy(said) for partner, said in agent.chat_messages.items() if said}
            for agent in agents
        }

    def texts(self, messages: Sequence[dict[str, Any]]) -> list[Any]:
        return [message.get("content") for message in messages]

    def group_outcome(self, manager: Any) -> Outcome:
        """What the group has, and what the manager and each member remember."""
        members = dict.fromkeys([manager, *manager.groupchat.agents])
        return {"messages": copy.deepcopy(manager.groupchat.messages), "histories": self.histories(*members)}

    def said(self, manager: Any) -> list[str]:
        """The messages of a group in short: `speaker: text`."""
        return [f"{message.get('name')}: {message.get('content')}" for message in manager.groupchat.messages]

    def labelled(self, value: Any, labels: dict[str, Any]) -> Any:
        """Put a label in the place of each text that a package may word its own way, such as a prompt of its own."""
        if isinstance(value, dict):
            return {key: self.labelled(item, labels) for key, item in cast("dict[Any, Any]", value).items()}
        if isinstance(value, list):
            return [self.labelled(item, labels) for item in cast("list[Any]", value)]
        return next((f"<{label}>" for label, text in labels.items() if text == value), value)

    def result(self, result: Any) -> Outcome:
        fields = ("chat_history", "summary", "human_input")
        return {field: copy.deepcopy(getattr(result, field)) for field in fields}

    def error(self, call: Callable[[], Any], *fragments: str) -> Outcome:
        """Run a call that should fail: the classic type of the error, and which of the fragments its text has."""
        try:
            returned = call()
        except Exception as error:  # noqa: BLE001 - the kind of error is what is observed
            return {"raised": classic_type(error), "says": [part for part in fragments if part in str(error)]}
        return {"returned": returned}

    def warned(self, call: Callable[[], Any]) -> Outcome:
        """Run a call: what it returned, and the warnings it gave as `[category, text]`."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            returned = call()
        return {"returned": returned, "warnings": [[w.category.__name__, str(w.message)] for w in caught]}

    def close(self) -> None:
        self._undo.close()


def classic_type(error: BaseException) -> str:
    """The first class of an error that an old program could name: a builtin or one of the classic's own."""
    for kind in type(error).__mro__:
        if kind.__module__ == "builtins" or kind.__name__ in CLASSIC_ERRORS:
            return kind.__name__
    raise AssertionError(error)


def run_program(name: str, form: str, autogen: Any) -> Outcome | None:
    """Run one program in an empty folder and give its outcome as plain JSON values.

    Args:
        form: `sync`, `async`, or `sync inside a loop` (the sync form, called where an event loop already runs).

    Returns:
        None when the program has no async form.
    """
    program = load_program(name)
    api = Api(autogen, "async" if form == "async" else "sync")
    with scene() as folder:
        try:
            outcome = asyncio.run(in_a_loop(program, api)) if form == "sync inside a loop" else program(api)
        finally:
            api.close()
        return None if form == "async" and not api.driven else plain(outcome, folder)


def load_program(name: str) -> Callable[[Api], Outcome]:
    spec = importlib.util.spec_from_file_location(name, PROGRAMS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module.program


async def in_a_loop(program: Callable[[Api], Outcome], api: Api) -> Outcome:
    return program(api)


@contextlib.contextmanager
def scene() -> Generator[str]:
    """An empty working folder, a silent console, no warnings, and a time limit."""
    home = Path.cwd()
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        time_limit(),
    ):
        warnings.simplefilter("ignore")
        os.chdir(folder)
        try:
            yield os.path.realpath(folder)
        finally:
            os.chdir(home)


@contextlib.contextmanager
def time_limit() -> Generator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError(f"the program did not end in {TIME_LIMIT_S} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(TIME_LIMIT_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def replaced(owner: Any, name: str, value: object) -> Generator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def in_a_thread(call: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(call).result()


def plain(value: Any, folder: str) -> Any:  # noqa: PLR0911 - a line for each kind
    """JSON values only: agents and types become their names, functions `<name>`, temporary names are marked."""
    if isinstance(value, dict):
        return {plain_key(key): plain(item, folder) for key, item in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [plain(item, folder) for item in cast("list[Any]", value)]
    if isinstance(value, str):
        return TEMPORARY_NAME.sub("tmp_code_<hash>", value.replace(folder, "<folder>"))
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, type):
        return value.__name__
    if hasattr(value, "name") and hasattr(value, "description"):
        return f"<agent {value.name}>"
    if callable(value):
        return f"<function {value.__name__}>"
    raise TypeError(f"{value!r} is not a plain value; the program should say what of it can be observed")


def plain_key(key: Any) -> str:
    return key if isinstance(key, str) else str(getattr(key, "name", key))
