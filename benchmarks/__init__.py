"""Each module measures beside a named reference in the same run and prints ratios; `python -m benchmarks` runs all."""
