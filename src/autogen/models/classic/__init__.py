"""Classic AutoGen: configuration helpers, custom clients and the wrapper of old programs, on the port of today."""
