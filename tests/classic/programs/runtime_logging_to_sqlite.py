"""What happens is written into tables of a database, without keys."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    logging = api.autogen.runtime_logging
    session = logging.start(config={"dbname": "logs.db"})
    model = api.endpoint(["hello"])
    config = model.llm_config
    config["config_list"][0]["api_key"] = "very secret"
    assistant = api.autogen.AssistantAgent("assistant", llm_config=config, system_message="Help.")
    user = api.user(function_map={"add": lambda a: a + 1})
    user.initiate_chat(assistant, message="go", max_turns=1)
    user.execute_function({"name": "add", "arguments": '{"a": 1}'})
    connection = logging.get_connection()
    names = ("chat_completions", "agents", "oai_wrappers", "oai_clients", "function_calls")
    columns = {name: sorted(row[1] for row in connection.execute(f"PRAGMA table_info({name})")) for name in names}
    completions = connection.execute("SELECT session_id, is_cached, cost, source_name FROM chat_completions").fetchall()
    agents = connection.execute("SELECT name, class FROM agents ORDER BY name").fetchall()
    calls = connection.execute("SELECT function_name, args, returns FROM function_calls").fetchall()
    everything = list(connection.iterdump())
    logging.stop()
    return {
        "session": isinstance(session, str) and len(session),
        "columns": columns,
        "completions": [[row[0] == session, *row[1:]] for row in completions],
        "agents": agents,
        "calls": calls,
        "secret": any("very secret" in row for row in everything),
    }
