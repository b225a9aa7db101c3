"""The proof that no cent was made or lost."""
