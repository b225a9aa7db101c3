"""Text messages and calls through Twilio's API, over our own HTTP session."""
