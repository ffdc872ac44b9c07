"""For tests of agents: models and humans that follow a script, records of what happened, and a closed network."""

from autogen.testing.faulty import FaultyModel, cut_after, drip, hang
from autogen.testing.network import NetworkForbidden, forbid_network
from autogen.testing.recorded import RecordedModel
from autogen.testing.scripted import FunctionModel, Reply, ScriptedHuman, ScriptedModel, calls
from autogen.testing.watching import RecordingObserver, drive

__all__ = [
    "FaultyModel",
    "FunctionModel",
    "NetworkForbidden",
    "RecordedModel",
    "RecordingObserver",
    "Reply",
    "ScriptedHuman",
    "ScriptedModel",
    "calls",
    "cut_after",
    "drip",
    "drive",
    "forbid_network",
    "hang",
]
