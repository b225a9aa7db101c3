"""Remittance advices, payouts."""
