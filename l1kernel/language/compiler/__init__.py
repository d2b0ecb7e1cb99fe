"""An L1 AST to Python's own: each module compiles one kind of node."""
