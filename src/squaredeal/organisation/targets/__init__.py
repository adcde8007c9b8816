"""一.2 Monthly targets for orders and receipts, by person and unit."""
