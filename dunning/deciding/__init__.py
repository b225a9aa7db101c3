"""The next step for a customer."""
