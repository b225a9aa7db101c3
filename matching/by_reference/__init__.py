"""Explanations by what is named."""
