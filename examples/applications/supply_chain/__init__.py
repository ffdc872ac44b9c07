"""Questions to a supply chain: a commander, a writer of programs and a safeguard answer "what if"; see docs/applications/supply_chain.md."""
