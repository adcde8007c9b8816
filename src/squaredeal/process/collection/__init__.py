"""二.6 回款 Receipts, matched to instalments; ageing and overdue."""
