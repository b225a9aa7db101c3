"""Letting go of what is kept of people."""
