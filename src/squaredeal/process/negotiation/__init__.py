"""二.3 销售谈判 Products, prices with floors, deals, quotes, concessions."""
