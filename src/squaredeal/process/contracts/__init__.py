"""二.4 合同签订 Contracts with instalments, reviewed and on the register."""
