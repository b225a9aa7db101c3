"""Deciding on money."""
