"""What a ledger and a bank say of the past."""
