"""What a run is measured by: histograms of its stages, its state in shared memory, metrics and health."""
