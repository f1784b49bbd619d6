"""What the transform functions of all change-capture pipelines share; zipped beside each one's own folder."""
