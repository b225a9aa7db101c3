"""A customer as people look it up."""
