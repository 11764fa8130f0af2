"""How compute is spent: models, candidates, budgets and the search over them."""
