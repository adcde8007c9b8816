"""三 Credits: who earned what share of which receipt, as a dated snapshot."""
