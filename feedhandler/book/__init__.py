"""Books: by order and by level, over shared pools; the naive judge; views for Python."""
