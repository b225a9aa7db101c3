"""Promises, disputes, plans."""
