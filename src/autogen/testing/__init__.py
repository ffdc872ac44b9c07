"""For tests of agents: models and humans that follow a script, records of what happened, and a closed network."""

from autogen.testing.crashing import Certificate, NotCertified, Stage, crash_anywhere
from autogen.testing.faulty import FaultyModel, cut_after, drip, hang
from autogen.testing.network import NetworkForbidden, forbid_network
from autogen.testing.recorded import RecordedModel
from autogen.testing.scripted import FunctionModel, Reply, ScriptedHuman, ScriptedModel, calls
from autogen.testing.watching import RecordingObserver, drive

__all__ = [
    "Certificate",
    "FaultyModel",
    "FunctionModel",
    "NetworkForbidden",
    "NotCertified",
    "RecordedModel",
    "RecordingObserver",
    "Reply",
    "ScriptedHuman",
    "ScriptedModel",
    "Stage",
    "calls",
    "crash_anywhere",
    "cut_after",
    "drip",
    "drive",
    "forbid_network",
    "hang",
]
