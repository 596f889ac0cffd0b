"""People of the office: accounts, sessions, and the audit log."""
