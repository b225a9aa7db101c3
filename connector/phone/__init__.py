"""Text messages and calls."""
