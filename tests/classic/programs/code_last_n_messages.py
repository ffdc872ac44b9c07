"""How far back code is looked for."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    history = [
        {"role": "user", "content": "```sh\necho first\n```"},
        {"role": "assistant", "content": "exitcode: 0"},
        {"role": "user", "content": "```sh\necho second\n```"},
        {"role": "user", "content": "no code"},
        {"role": "user", "content": "nor here"},
    ]

    def reply(last_n: object, *, executor: bool, messages: list[dict[str, str]] = history) -> object:
        config: dict[str, object] = {"last_n_messages": last_n} if last_n != "not given" else {}
        if executor:
            config["executor"] = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".")
        else:
            config |= {"work_dir": "w", "use_docker": False}
        made = api.error(lambda: api.user(code_execution_config=dict(config)) and None, "last_n_messages")
        if "raised" in made:
            return made
        user = api.user(code_execution_config=config, default_auto_reply="nothing to run")
        return api.error(lambda: api.drive("generate_reply", user, messages), "last_n_messages")

    given = ("not given", 1, 2, 3, 5, 100, "auto", 0, -1, "some")
    two_with_code = [history[0], history[2]]
    return {
        "executor": {str(n): reply(n, executor=True) for n in given},
        "work_dir": {str(n): reply(n, executor=False) for n in given},
        "two_with_code": [reply(n, executor=True, messages=two_with_code) for n in (1, 2, "auto")],
    }
