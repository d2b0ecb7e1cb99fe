"""What is wrong with a text that is no L1: a message, a hint and, where one can be applied, an edit."""
