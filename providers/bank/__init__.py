"""Bank statements, read into receipts."""
