"""What came of the work for a client: figures with their formulas, from what the database holds."""
