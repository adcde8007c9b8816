"""What a run gives: lines and statements, settled, kept and written whole or not at all."""
