"""Whom to write to, and whether it is allowed."""
