"""Do the tests notice a fault? One-line faults in critical modules, each with the tests that ought to fail for it."""
