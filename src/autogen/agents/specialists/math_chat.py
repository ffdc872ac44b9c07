"""A user proxy for problems of mathematics: it runs the programs of the assistant step by step, and watches for the answer."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, ClassVar, cast

from autogen.agents.user_proxy import UserProxyAgent
from autogen.core.sync import sync_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autogen.core.agent import Agent

_LONGEST_OUTPUT = 2000
_TRACE_LINE = re.compile(r'  File "[^"]+", line \d+, in .+\n')
_ENDING = "Once you have the answer, put it in \\boxed{}."
_PYTHON = """Programs go into blocks like this one:
```python
# your code
```
Print what you want to see, and keep numbers exact: fractions and roots, no decimals. sympy may be there to help."""
_STEPS = """1. Solve the problem in steps, and do not cut them too small.
2. Write down what is to be computed, {how}.
3. Wait for the results.
4. Go on if a result makes sense; otherwise correct the program, or the reasoning."""
PROMPTS = {
    "default": f"""Please solve this mathematical problem; you may use Python.

{_PYTHON}

Begin with the idea of the solution, and then take one of three ways. If a program can find the answer, write it, and try all cases where that helps. If it is mostly reasoning, solve it without a program. Otherwise:
{_STEPS.format(how="as a program in Python")}

{_ENDING}

Problem:
""",
    "python": f"""Please solve this mathematical problem step by step with the help of Python.

{_PYTHON}

{_STEPS.format(how="as a program in Python")}

{_ENDING}

Problem: """,
    "two_tools": f"""Please solve this mathematical problem with two tools, Python and Wolfram Alpha.

{_PYTHON}
A question to Wolfram Alpha goes into a block of its own:
```wolfram
# one question
```

{_STEPS.format(how="as a program or a question, whichever fits better")}

{_ENDING}

Problem: """,
}
"""What the assistant is told before the problem, by `prompt_type`."""


def boxed_answer(text: str) -> str | None:
    r"""Return what stands in the last `\boxed{…}` of a text; `None` if there is none."""
    start = text.rfind("\\boxed{")
    if start < 0:
        return None
    begin = start + len("\\boxed{")
    depth = 1
    for index in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return text[begin:index]
    return None


def is_solved(message: Mapping[str, Any]) -> bool:
    """Tell whether a message gives an answer and asks for nothing to be run."""
    content = message.get("content")
    return isinstance(content, str) and not _blocks_in(content) and bool(boxed_answer(content))


class MathUserProxyAgent(UserProxyAgent):
    r"""Answers each program with its output, and ends the chat at an answer in `\boxed{}`.

    What worked is run again before each next program, so that names stay known from step to step.

    Args:
        name: as for `UserProxyAgent`, and so are the others.
        is_termination_msg: by default, a boxed answer without code.
        human_input_mode: as for `UserProxyAgent`.
        default_auto_reply: the reply to a message without code.
        max_invalid_q_per_step: failed programs before the assistant is asked to think anew.
        kwargs: further arguments of `UserProxyAgent`.
    """

    MAX_CONSECUTIVE_AUTO_REPLY: ClassVar[int] = 15
    DEFAULT_REPLY: ClassVar[str] = (
        "Please go on until there is something to compute. (If you have the answer, put it in \\boxed{}.)"
    )

    def __init__(
        self,
        name: str = "MathChatAgent",
        is_termination_msg: Callable[[dict[str, Any]], bool] = is_solved,
        human_input_mode: Any = "NEVER",
        default_auto_reply: str | dict[str, Any] | None = DEFAULT_REPLY,
        max_invalid_q_per_step: int = 3,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            name,
            is_termination_msg=is_termination_msg,
            human_input_mode=human_input_mode,
            default_auto_reply=default_auto_reply,
            **kwargs,
        )
        self.register_reply([_anyone, None], MathUserProxyAgent.generate_math_reply, position=2)
        self._max_failures = max_invalid_q_per_step
        self._reset()

    def _reset(self) -> None:
        self._failures, self._known_code, self._last_reply = 0, "", ""

    @staticmethod
    def message_generator(sender: Any, recipient: Agent, context: Mapping[str, Any]) -> str:  # noqa: ARG004 - as messages are called
        """Return the first message of a chat: `initiate_chat(assistant, message=….message_generator, problem=…)`.

        Args:
            sender: this agent; it forgets the problem before.
            recipient: the assistant.
            context: `problem`; `prompt_type`, "default", "python" or "two_tools"; or `customized_prompt` in its place.
        """
        sender._reset()  # noqa: SLF001 - of this class
        own = context.get("customized_prompt")
        return (own or PROMPTS[context.get("prompt_type", "default")]) + str(context.get("problem"))

    async def a_execute_one_python_code(self, pycode: str) -> tuple[str, bool]:
        """Run a program after what is known, its last line printed; return the output, and whether it worked."""
        code = self._known_code + _printing(pycode)
        exit_code, output = await self._run(code)
        works = exit_code == 0
        if not works:
            output = f"Error: {_TRACE_LINE.sub('', output)}"
        elif not output.strip():
            works = "print" in code
            output = "No output found." if works else "No output found. Make sure you print the results."
        if len(output) > _LONGEST_OUTPUT:
            output, works = "The output is too long. There may be a mistake: please look at the program again.", False
        known = _without_prints(code) if exit_code == 0 else self._known_code + _imports_of(pycode)
        if known != self._known_code and (await self._run(known))[0] == 0:
            self._known_code = known
        return output, works

    execute_one_python_code = sync_of(a_execute_one_python_code)

    def execute_one_wolfram_query(self, query: str) -> tuple[str, bool]:  # noqa: ARG002 - a subclass may know better
        """Return that Wolfram Alpha cannot be asked here, and `False`; a subclass may ask it."""
        return "Error: Wolfram Alpha is not available. Please use Python.", False

    def generate_math_reply(
        self,
        messages: list[Any] | None = None,
        sender: Agent | None = None,
        config: object = None,  # noqa: ARG002 - as reply functions are called
    ) -> tuple[bool, Any]:
        """Answer each block of the last message with its output."""
        said = cast("Any", messages if messages is not None else self.chat_messages[cast("Any", sender)])
        blocks = _blocks_in(str(said[-1].get("content") or ""))
        if not blocks:
            return True, self.default_auto_reply
        answers: list[str] = []
        works = True
        for language, code in blocks:
            output, has_worked = self._answer(language, code)
            answers.append(output)
            works = works and has_worked
        reply = "\n".join(answers).strip()
        if reply == self._last_reply:
            return True, f"{reply}\nThis is the same result as before. Please try another way."
        self._last_reply = reply
        self._failures += not works
        if self._failures > self._max_failures:
            self._failures = 0
            reply = (
                "Please look at the problem and your reasoning again. If this step is right, solve it without a program, "
                "and go on with the next. Otherwise, correct it."
            )
        return True, reply

    def _answer(self, language: str, code: str) -> tuple[str, bool]:
        if language == "python":
            return self.execute_one_python_code(code)
        if language == "wolfram":
            return self.execute_one_wolfram_query(code)
        return "Error: Unknown language.", False

    async def _run(self, code: str) -> tuple[int, str]:
        from autogen.agents.responders.code import run_blocks  # noqa: PLC0415 - only where code is run
        from autogen.coding.executor import CodeBlock  # noqa: PLC0415 - as above

        executor = self.code_executor
        if executor is None:
            return 1, "this agent runs no code (code_execution_config=False)"
        result = await run_blocks(cast("Any", self), executor, [CodeBlock(code=code, language="python")])
        return result.exit_code, result.output.lstrip("\n")


def _anyone(_: Agent) -> bool:
    return True


def _blocks_in(text: str) -> list[tuple[str, str]]:
    from autogen.coding.markdown_code_extractor import UNKNOWN, extract_code, infer_lang  # noqa: PLC0415 - only in a chat

    found = [(language or infer_lang(code), code) for language, code in extract_code(text)]
    return [] if len(found) == 1 and found[0][0] == UNKNOWN else found


def _parsed(code: str) -> ast.Module | None:
    try:
        return ast.parse(code)
    except SyntaxError:
        return None  # the program's own run tells


def _printing(code: str) -> str:
    """Return a program that prints the value of its last line, if nothing is printed yet."""
    tree = _parsed(code)
    if tree is None or "print(" in code or not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return code
    last = ast.Call(ast.Name("print", ast.Load()), [tree.body[-1].value], [])
    tree.body[-1] = ast.Expr(last)
    return ast.unparse(ast.fix_missing_locations(tree))


def _without_prints(code: str) -> str:
    tree = _parsed(code)
    return _joined([part for part in tree.body if not _is_print(part)]) if tree is not None else code


def _imports_of(code: str) -> str:
    tree = _parsed(code)
    return _joined([part for part in tree.body if isinstance(part, (ast.Import, ast.ImportFrom))]) if tree else ""


def _joined(statements: list[ast.stmt]) -> str:
    return "".join(f"{ast.unparse(part)}\n" for part in statements)


def _is_print(part: ast.stmt) -> bool:
    match part:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
        case _:
            return False
