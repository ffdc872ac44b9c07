"""Ways to answer: each looks at a conversation and either gives the reply or leaves it to the next."""
