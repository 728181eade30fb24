"""The cube: sums per cell of (period atom × stage × touchpoint × dimensions), held in memory."""
