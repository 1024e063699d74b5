"""Compiled kernels of the relational event models: state, statistics, tables of candidates, likelihoods."""
