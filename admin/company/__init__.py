"""Setting up the company: a page for each part, and a check list of what is missing."""
