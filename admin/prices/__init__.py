"""Price lists: which there are, what each says and to whom, and why a price is what it is."""
