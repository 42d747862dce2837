"""Gives up all rights of a process before it reads an untrusted file."""

import ctypes
import os
import platform
import resource
import signal
import struct
from typing import Final

MEMORY: Final = 2 * 1024**3
CPU_SECONDS: Final = 20
MAX_OUTPUT: Final = 128 * 1024**2

# System call numbers on x86-64 and arm64 (the kernel's asm/unistd.h); None: the architecture has no such call.
_ALLOWED: Final[dict[str, tuple[int | None, int | None]]] = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67), "lseek": (8, 62),
    "close": (3, 57), "fstat": (5, 80), "newfstatat": (262, 79), "ioctl": (16, 29), "fcntl": (72, 25),
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "mremap": (25, 216), "madvise": (28, 233),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "restart_syscall": (219, 128), "exit": (60, 93), "exit_group": (231, 94),
    "futex": (202, 98), "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "getpid": (39, 172), "gettid": (186, 178),
    "clock_gettime": (228, 113), "clock_nanosleep": (230, 115), "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, None),
    "getrandom": (318, 278), "getcwd": (79, 17), "getrusage": (98, 165), "sysinfo": (99, 179),
}  # fmt: skip
# Position in `_ALLOWED`, architecture in the kernel's audit.h, number of the call `seccomp`.
_ARCHITECTURES: Final = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # 1 is EPERM
_SET_NO_NEW_PRIVILEGES, _SET_FILTER, _ALL_THREADS = 38, 1, 1


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def confine(*, seconds: int) -> bool:
    """Limit this process for the rest of its life: memory, CPU time, `seconds` of life.

    From then on the process can only compute, read standard input and write to standard output. It opens no file and no
    socket, starts no process and signals none. The limits hold on every kernel. The system call filter (seccomp, x86-64
    and arm64) also covers calls that need no new file descriptor. Return whether the filter is in force. The process
    cannot stop the alarm that ends it.
    """
    os.nice(10)
    signal.alarm(seconds)
    for limited, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MAX_OUTPUT),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        hard = resource.getrlimit(limited)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limited, (most, most))
    return _filter_calls()


def _filter_calls() -> bool:
    if platform.machine() not in _ARCHITECTURES:
        return False
    column, architecture, seccomp = _ARCHITECTURES[platform.machine()]
    allowed = [number for numbers in _ALLOWED.values() if (number := numbers[column]) is not None]
    # Fields of the kernel's `seccomp_data`: the call's number at 0, the architecture at 4.
    steps = [(_LOAD, 0, 0, 4), (_JUMP_IF_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    steps += [(_JUMP_IF_EQUAL, len(allowed) - place, 0, number) for place, number in enumerate(allowed)]
    steps += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    program = _Program(len(steps), b"".join(struct.pack("=HBBI", *step) for step in steps))
    kernel = ctypes.CDLL(None)
    kernel.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return bool(kernel.syscall(seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0)
