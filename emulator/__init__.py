"""An Azure OpenAI endpoint on loopback, for demos and for every test.

It speaks the wire of Azure's chat completions (shared facts, azure-wire §1.3-1.6) and imports nothing
of Seseragi, so that it can only agree with the service by both being right.
"""
