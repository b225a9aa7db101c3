"""What is to go out, from the intention to the confirmation."""
