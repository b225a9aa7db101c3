"""E-mail: SMTP out, answers in."""
