"""What people enter about shipments, a module a subject."""
