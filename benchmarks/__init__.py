"""How fast it is, against a baseline that is measured in the same run."""
