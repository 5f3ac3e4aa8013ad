"""What only training runs: recurrences and alignment of whole sequences with their gradients written out."""
