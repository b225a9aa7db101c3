"""Xero Accounting 2.0, simulated: sign-in, API, pages and webhooks."""
