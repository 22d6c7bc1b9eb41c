"""How dates and times are written everywhere: 2026-11-20, 2026-11-20 14:05."""
