"""二.2 客户跟进 Follow-up records and the obligations each grade carries."""
