"""Statements of account, aging."""
