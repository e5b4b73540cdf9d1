"""Addresses that never break: what was published, where what has moved leads, links to copy.

`registry.txt` lists what was ever published, `redirects.toml` says where it has gone. An address
is written without its language: `/page/#id` is that place on the page in each language, and under
`/c/`, where the reader's language is chosen. Any other file is written as it is.
"""
