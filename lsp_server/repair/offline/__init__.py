"""The embedded proposer: resources from schemas and the words of an intent, without a model. Deterministic."""
