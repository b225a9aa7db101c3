"""Webhooks as standardwebhooks.com describes them: signing, and posting to a client's systems."""
