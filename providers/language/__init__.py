"""A language model that somebody else runs, reached through its chat endpoint."""
