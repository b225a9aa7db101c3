"""How a letter looks."""
