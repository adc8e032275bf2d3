"""Where frames come from: capture files, merged, paced and filtered."""
