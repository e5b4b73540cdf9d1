"""What the browser downloads to run Python, and how it is built."""
