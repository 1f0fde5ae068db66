"""The policies as their bodies publish, supersede and repeal them, and the view over them all."""
