"""The notebook of a finite state machine: teams that pass the floor along a graph."""

from __future__ import annotations

import itertools

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    agents, graph = [], {}
    for team in "AB":
        chocolates = iter([3, 5, 1] if team == "A" else [2, 4, 6])
        for number in range(3):
            name = f"{team}{number}"
            agents += [api.agent(name, default_auto_reply=f"{name} has {next(chocolates)}")]
    by_name = {agent.name: agent for agent in agents}
    for agent in agents:
        graph[agent] = []
    for team in "AB":
        mates = [by_name[f"{team}{number}"] for number in range(3)]
        for one, other in itertools.permutations(mates, 2):
            graph[one] += [other]
    graph[by_name["A0"]].append(by_name["B0"])
    graph[by_name["B0"]].append(by_name["A0"])
    model = api.endpoint(["A1", "A2", "A0", "B0", "B2", "B1", "B0"])
    group = api.autogen.GroupChat(
        agents=agents,
        messages=[],
        max_round=8,
        allowed_or_disallowed_speaker_transitions=graph,
        speaker_transitions_type="allowed",
        select_speaker_message_template="{agentlist}",
    )
    manager = api.autogen.GroupChatManager(groupchat=group, llm_config=model.llm_config)
    api.drive("initiate_chat", by_name["A0"], manager, message="Find the sum.")
    return {"said": api.said(manager), "asked": [request[0]["content"] for request in model.sent]}
