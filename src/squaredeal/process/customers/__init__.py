"""二.1 客户开发 Customers, contacts, duplicates, grades."""
