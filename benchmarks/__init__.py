"""What the Customer Room costs, measured: `python -m benchmarks` prints a table and writes results.json."""
