"""The shell: store, tokens, mirror, jobs, outbox, approvals, audit, command line."""
