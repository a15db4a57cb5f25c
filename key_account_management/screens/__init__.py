"""What the own screens show, one plain class a screen, named like its folder in static/src/. Plain Python."""
