"""The runtime log of classic AutoGen: one for the whole process."""
