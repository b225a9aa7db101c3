"""A letter in a person's or a model's words."""
