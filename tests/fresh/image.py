"""The production image, built without a registry: base image and server images are made from Debian packages."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tests.fresh.host import (
    BASE_DIR,
    CERTIFICATES,
    FOLDER,
    Figure,
    FreshError,
    clone_checkout,
    download_environment,
    install_tools,
    make_debian,
    print_line,
    run,
    stopwatch,
)
from tests.fresh.podman import build, configure, has_image, podman, remove_everything

IMAGE = "docker.io/library/clicksafely:latest"
CHECKOUT = FOLDER / "checkout"
STANDINS = Path(__file__).parent / "standins"
DEBIAN = "localhost/debian"
REVISION = "org.opencontainers.image.revision"
RECIPE = "clicksafely.recipe"


def prove() -> Iterator[Figure]:
    """Yield build time and size. Raises FreshError if the image cannot be built or lacks its commands."""
    prepare_podman()
    commit = clone_checkout(CHECKOUT)
    with stopwatch() as seconds:
        _build_image(commit)
    yield Figure("build of the image, downloads included", seconds[0])
    yield Figure("size of the image", int(_inspect("{{.Size}}")) / 1e6, "MB")
    yield Figure(
        "of this, the substitute base image", int(podman("inspect", "--format", "{{.Size}}", _base())) / 1e6, "MB"
    )
    podman("run", "--rm", "--network", "none", "--read-only", IMAGE, "python", "-c", "import clicksafely.wsgi")


def prepare_podman() -> None:
    """Install and configure Podman, and remove what an earlier run left."""
    install_tools("debootstrap", "podman", "runc")
    configure()
    remove_everything()


def ensure_image(commit: str) -> None:
    """Build the image unless there is one of this commit."""
    if not has_image(IMAGE) or _inspect(f'{{{{index .Labels "{REVISION}"}}}}') != commit:
        _build_image(commit)


def standin_folder(image: str) -> Path:
    """The folder of the substitute for an official image, such as `postgres:17`. Raises FreshError if it is missing."""
    folder = STANDINS / image.partition(":")[0].rpartition("/")[2]
    if not folder.is_dir():
        raise FreshError(f"There is no substitute for the image {image}: add one in {folder.relative_to(BASE_DIR)}.")
    return folder


def ensure_standin(image: str) -> None:
    """Build the substitute for an official image unless it exists with the same recipe."""
    folder = standin_folder(image)
    recipe = sha256(b"".join(path.read_bytes() for path in sorted(folder.iterdir()))).hexdigest()
    if has_image(image) and _inspect(f'{{{{index .Labels "{RECIPE}"}}}}', image) == recipe:
        return
    if not has_image(DEBIAN):
        _import_debian()
    print_line(f"Building the substitute for {image} ...")
    name = f"docker.io/{'' if '/' in image else 'library/'}{image}"
    version = re.match(r"\d+", image.partition(":")[2])
    major = ["--build-arg", f"MAJOR={version[0]}"] if version else []
    _build(folder, "--tag", name, "--label", f"{RECIPE}={recipe}", *major)


def _import_debian() -> None:
    root, archive = FOLDER / "debian", FOLDER / "debian.tar"
    make_debian(root)
    run("tar", "--create", "--file", archive, "--directory", root, ".")
    podman("import", archive, DEBIAN)
    archive.unlink()


def _build_image(commit: str) -> None:
    ensure_standin(_base())
    print_line(f"Building the image of {commit[:12]} ...")
    _build(CHECKOUT, "--file", str(CHECKOUT / "Dockerfile"), "--tag", IMAGE, "--label", f"{REVISION}={commit}")
    podman("image", "prune", "--force")


def _build(context: Path, *options: str) -> None:
    """Build without caches, with the certificates and package indexes of this machine."""
    environment = [word for name, value in download_environment().items() for word in ("--env", f"{name}={value}")]
    isolation = ("--isolation", "chroot", "--network", "host", "--volume", f"{CERTIFICATES}:{CERTIFICATES}:O")
    build("--quiet", "--pull=never", "--layers=false", *isolation, *environment, *options, context)


def _base() -> str:
    """The base image of the Dockerfile."""
    found = re.search(r"^FROM +(\S+)", (BASE_DIR / "Dockerfile").read_text(), re.MULTILINE)
    if not found:
        raise FreshError("The Dockerfile has no FROM.")
    return found[1]


def _inspect(template: str, image: str = IMAGE) -> str:
    return podman("image", "inspect", "--format", template, image).strip()
