"""What the service costs beside what one would otherwise run; ratios within one run."""
