"""The models of lists: counts, log-linear models, graphs, latent classes, closed forms, and the answer over all of them."""
