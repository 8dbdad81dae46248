"""Arrays that remember how they were computed, and what each of their numbers can be asked."""
