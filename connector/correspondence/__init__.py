"""What was written to whom, and what came of it."""
