"""The live sandbox in Chromium, beside others that run FastAPI in a browser."""
