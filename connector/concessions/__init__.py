"""Credits that a person approved."""
