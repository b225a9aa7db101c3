"""Xero: sign-in, webhooks, and the accounting API read and written in the neutral words."""
