"""Probes that need real servers, real kills or other versions, and what they measured.

Each part, such as `queues`, is a module of probes. Their rows are committed in `results/`, and the
pages read them. Real time passes here and in tests/conformance, and nowhere else.
"""
