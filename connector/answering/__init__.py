"""What a person answers, orders and looks up."""
