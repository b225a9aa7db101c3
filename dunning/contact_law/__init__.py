"""What the law says of contacting a person, and how often."""
