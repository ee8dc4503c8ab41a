"""Values and pure rules: what is sold, a purchase, what a provider says, and what follows from it."""
