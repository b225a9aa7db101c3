"""What is kept of a ledger."""
