"""Where candidates run: project discovery, snapshots, isolation, test runs and the judgement of them."""
