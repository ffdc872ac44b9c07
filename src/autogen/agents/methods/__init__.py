"""Methods of `ConversableAgent` whose work fills a file of its own."""
