"""Money that came in, and where it stands."""
