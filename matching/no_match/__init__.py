"""Money that is nobody's, in another currency, and hints for people."""
