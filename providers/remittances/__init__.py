"""Remittance advices, in whatever form they come, read into what the payer says is paid."""
