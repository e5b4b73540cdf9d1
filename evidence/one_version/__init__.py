"""One program, run in an environment with one FastAPI release; see `evidence.versions`.

It puts the same questions to each release, over a real uvicorn, and prints the answers as JSON. It
imports only what such an environment has.
"""
