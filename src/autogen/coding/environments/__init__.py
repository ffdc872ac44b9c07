"""Python environments for code, made beforehand from a list of packages that the user wrote."""
