"""How a ledger is read, and read again before an act."""
