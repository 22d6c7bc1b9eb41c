"""Pages of stock beside the admin's own, each subject in a module."""
