"""A graph: a writer and a panel of two critics go round until both agree, and then a printer prints.

Tier T0: scripted models answer.
"""

from autogen import AssistantAgent, GroupChat, Team
from autogen.messages import text_of
from autogen.teams.patterns import FanOut
from autogen.teams.policies import Edge, Graph
from autogen.testing import ScriptedModel


def agent(name: str, *replies: str) -> AssistantAgent:
    return AssistantAgent(name, f"You are the {name}.", model=ScriptedModel(*replies))


def all_agree(group: GroupChat) -> bool:
    return text_of(group.messages[-1]).count("AGREED") == len(critics.members)


writer = agent("writer", "Bread. Very fresh.", "Bread. Fresh at six.")
critics = FanOut([agent("editor", "Too long.", "AGREED"), agent("baker", "AGREED", "AGREED")], name="critics")
printer = agent("printer", "Printed: Bread. Fresh at six.")
graph = Graph(
    {writer: [critics], critics: [Edge(printer, when=all_agree), Edge(writer)], printer: []},
    start=writer,
    max_visits=3,
)
team = Team([writer, critics, printer], choose=graph)
result = team.run_sync("A poster for a bakery")
for message in result.chat_history:
    print(f"{message.get('name')}: {text_of(message)!r}")
print(f"({result.stop_reason})")
