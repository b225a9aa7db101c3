"""Writing what was decided about money into the ledger."""
