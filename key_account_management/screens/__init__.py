"""What our own screens show: one plain class per screen, named like its folder in static/src/. Plain Python."""
