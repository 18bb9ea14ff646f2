"""From a merged notebook to verdicts: nothing here trusts a kernel."""
