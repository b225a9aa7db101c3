"""An account as the agent sees it."""
