"""The style sheets and scripts of all pages, built into static/ from pinned npm packages."""
