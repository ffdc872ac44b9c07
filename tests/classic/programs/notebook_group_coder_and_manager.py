"""The notebook of a coder and a product manager: a user who runs code, and a model that picks who speaks."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.autogen.UserProxyAgent(
        name="User_proxy",
        system_message="A human admin.",
        code_execution_config={"last_n_messages": 2, "work_dir": "groupchat", "use_docker": False},
        human_input_mode="TERMINATE",
    )
    coder = api.autogen.AssistantAgent(name="Coder", llm_config=api.llm_config)
    product = api.autogen.AssistantAgent(
        name="Product_manager", system_message="Creative in software product ideas.", llm_config=api.llm_config
    )
    api.script(coder, ["Run this:\n```python\nprint('found 3 papers')\n```", "There are 3 papers. TERMINATE"])
    api.script(product, ["Ideas: a reader for papers."])
    model = api.endpoint(["Coder", "User_proxy", "Product manager", "Coder", "User_proxy"])
    group = api.autogen.GroupChat(agents=[user, coder, product], messages=[], max_round=6)
    manager = api.autogen.GroupChatManager(groupchat=group, llm_config=model.llm_config)
    result = user.initiate_chat(manager, message="Find papers.")
    labels = {"description": coder.system_message}
    return {
        "said": api.said(manager),
        "result": api.result(result),
        "coder": api.labelled(api.sent_to_model(coder), labels),
        "product": api.sent_to_model(product),
        "requests": len(model.sent),
    }
