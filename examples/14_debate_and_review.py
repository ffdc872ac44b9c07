"""Three ways to get a better answer out of several models: a debate, a review, and layers of a mixture.

Tier T0: scripted models answer.
"""

from autogen import AssistantAgent
from autogen.teams.patterns import Debate, Mixture, Reflection
from autogen.testing import ScriptedModel


def agent(name: str, *replies: str) -> AssistantAgent:
    return AssistantAgent(name, f"You are {name}.", model=ScriptedModel(*replies))


debate = Debate(
    [
        agent("ann", "It grows. Answer: 12", "Ben counts better. Answer: 15"),
        agent("ben", "Three times five. Answer: 15", "I stay. Answer: 15"),
        agent("cem", "Answer: 15", "Answer: 15"),
    ]
)
review = Reflection(
    agent("writer", "def area(a, b): return a + b", "def area(a, b): return a * b"),
    agent("critic", "An area is a product.", "APPROVED"),
)
mixture = Mixture(
    [[agent("a1", "Paris"), agent("a2", "Lyon")], [agent("b1", "Paris"), agent("b2", "Paris")]],
    aggregator=agent("editor", "It is Paris."),
)
for pattern, task in (
    (debate, "How large is a field of 3 by 5?"),
    (review, "Write area(a, b)."),
    (mixture, "What is the capital of France?"),
):
    result = pattern.run_sync(task)
    print(f"{pattern.name}: {result.summary} ({result.usage.calls} model calls)")
