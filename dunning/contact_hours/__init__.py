"""At which hours a person may be contacted."""
