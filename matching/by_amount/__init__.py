"""Explanations by amounts, by what was agreed, by families."""
