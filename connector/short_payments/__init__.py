"""Money that is missing, and credits for it."""
