"""Code in containers, through the Docker SDK: Docker and Podman alike."""
