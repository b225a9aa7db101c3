"""What was decided, and what waits for a person."""
