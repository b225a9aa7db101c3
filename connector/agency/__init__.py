"""A customer's case for an agency."""
