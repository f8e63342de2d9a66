"""Work that is done later: which job name runs which function, and the process that runs them."""
