"""How neural networks are optimised: a small NumPy library that reads like the formulas."""
