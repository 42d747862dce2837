"""`make fresh`: `make run` on a minimal Debian, the image, and the services of docker-compose.yml."""
