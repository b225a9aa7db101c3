"""QuickBooks Online, version 3 of its API, as a simulated ledger."""
