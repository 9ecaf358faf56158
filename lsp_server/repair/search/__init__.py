"""Which of all resource types an intent is about, best first: what a model is told the schemas of."""
