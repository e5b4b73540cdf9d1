"""What a page costs before its reader does anything."""
