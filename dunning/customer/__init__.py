"""What is known of a customer, and how one is reached."""
