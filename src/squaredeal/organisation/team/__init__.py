"""一.1–一.3 Units, positions, people and who answers to whom, by date."""
