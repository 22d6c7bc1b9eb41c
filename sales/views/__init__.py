"""Pages of orders and their papers, a module a subject."""
