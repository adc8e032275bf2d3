"""Knowledge without code: descriptions, maps and channels of each venue, read as package data."""
