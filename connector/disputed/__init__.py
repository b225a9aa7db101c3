"""Open cases and disputes."""
