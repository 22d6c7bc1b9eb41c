"""What people enter about stock, each subject in a module."""
