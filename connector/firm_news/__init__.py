"""What a firm is told of trouble, and how often."""
