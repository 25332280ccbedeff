"""How fast a submission is, beside a plain script that does the same job: `make bench`."""
