"""The glue between MkDocs and the rest: fences, marked numbers, page checks, new claims."""
