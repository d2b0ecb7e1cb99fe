"""Why running code failed, in the words of L1, with the edit that mends it."""
