"""What a configuration of code execution may be."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def made(config: object, cls: str = "ConversableAgent") -> object:
        def look() -> object:
            agent = getattr(api.autogen, cls)("a", llm_config=False, code_execution_config=config)
            return [agent.code_executor is not None, agent.use_docker]

        return api.error(
            look, "executor", "code_execution_config must be a dict or False.", "Invalid code_execution_config"
        )

    executor = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".")
    given = {"work_dir": "w", "use_docker": False}
    made(given)
    return {
        "false": made(False),
        "work_dir": made({"work_dir": "w", "use_docker": False}),
        "executor": made({"executor": executor}),
        "executor_by_name": made({"executor": "commandline-local"}),
        "unknown_executor": made({"executor": "nonsense"}),
        "executor_and_work_dir": made({"executor": executor, "work_dir": "w"}),
        "executor_and_use_docker": made({"executor": executor, "use_docker": False}),
        "executor_and_last_n": made({"executor": executor, "last_n_messages": 2}),
        "true": made(True),
        "text": made("x"),
        "assistant_has_none": made(False, "AssistantAgent"),
        "given_unchanged": given,
        "factory": api.error(
            lambda: api.autogen.coding.CodeExecutorFactory.create({"executor": "nonsense"}),
            "Unknown code executor nonsense",
        ),
    }
