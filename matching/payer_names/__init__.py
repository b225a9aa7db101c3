"""Whether a text has a customer's name."""
