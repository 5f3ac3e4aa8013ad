"""Fitting one decoder: settings, loop, progress, run folder, and the table that ends it."""
