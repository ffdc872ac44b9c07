"""The journal in tables, whatever database they are in."""
