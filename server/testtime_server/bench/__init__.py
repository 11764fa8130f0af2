"""`testtime bench`: how often, how rightly and at what price testtime repairs; on its corpus or on your own project."""
