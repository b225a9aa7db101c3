"""Twilio as its users meet it: the API, signed callbacks, and the people at the other end."""
