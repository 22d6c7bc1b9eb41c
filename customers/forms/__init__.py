"""What people enter to work on customers, a subject a module."""
