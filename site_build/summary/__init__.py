"""The guide on a few sheets: the page `summary`, and the same as a PDF."""
