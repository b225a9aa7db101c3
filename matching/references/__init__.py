"""Which invoices are meant."""
