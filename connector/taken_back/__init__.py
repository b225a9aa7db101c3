"""Money that a bank or a person took back."""
