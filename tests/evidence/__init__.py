"""Tests of the committed evidence, and of what measures it. No probe is run here."""
