"""`make fresh`: `make run` on a bare Debian, the image, and the services of docker-compose.yml."""
