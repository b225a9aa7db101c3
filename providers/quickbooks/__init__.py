"""QuickBooks Online: sign-in, reading, writing and webhooks, in neutral words."""
