"""What a customer's answer may mean."""
