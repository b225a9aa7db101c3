"""Trying it on the past."""
