"""Pages: install, status, today, audit trail, API meter."""
