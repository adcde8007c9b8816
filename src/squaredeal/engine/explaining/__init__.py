"""Why a line is what it is, recomputed from what is printed; and the curve of a rate table."""
