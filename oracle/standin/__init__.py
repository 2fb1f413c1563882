"""Stand-ins for every endpoint that hands out AWS credentials, for use inside a network namespace of one's own."""
