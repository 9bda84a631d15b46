"""What closes a submission off inside its room: private mounts, no capability."""

import ctypes
import os

NEWNS, NEWIPC, NEWPID, NEWNET = 0x20000, 0x08000000, 0x20000000, 0x40000000
NOSUID, NODEV, PRIVATE = 2, 4, 0x4000 | 0x40000
BIND, DETACH = 0x1000 | 0x4000, 2
MOUNT_SETATTR, RECURSIVE, READ_ONLY = 442, 0x8000, 1
MOST_FILES = 10_000
LIBC = ctypes.CDLL(None, use_errno=True)


def kernel(name, *args):
    """Call libc and turn its refusal into an OSError."""
    if getattr(LIBC, name)(*args):
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def mount_tmpfs(path, size):
    options = f"size={size},nr_inodes={MOST_FILES},mode=1777".encode()
    kernel("mount", b"tmpfs", path.encode(), b"tmpfs", NOSUID | NODEV, options)


def freeze():
    """Make every mount that stands read-only: device nodes and the empty folders that
    hide modules would else be one note board for all submissions."""
    attributes = (ctypes.c_uint64 * 4)(READ_ONLY)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    kernel("syscall", MOUNT_SETATTR, -1, b"/", RECURSIVE, attributes, size)


def private_tmp(size, below):
    """A /tmp of its own; what the room shows of paths below /tmp stays in its place."""
    if below:
        kernel("mount", b"/tmp", b"/old", None, BIND, None)
    mount_tmpfs("/tmp", size)
    for path in below:
        os.makedirs(path)
        old = path.replace("/tmp", "/old", 1)
        kernel("mount", old.encode(), path.encode(), None, BIND, None)
    if below:
        kernel("umount2", b"/old", DETACH)


def hide(disk, below):
    """A world of its own: no network, all mounts read-only, an empty /tmp and /proc."""
    kernel("unshare", NEWNS | NEWNET)
    kernel("mount", b"none", b"/", None, PRIVATE, None)
    freeze()
    private_tmp(disk, below)
    mount_tmpfs("/dev/shm", disk)
    mount_tmpfs("/proc", 4096)
    options = b"newinstance,ptmxmode=0666,mode=0620"
    kernel("mount", b"devpts", b"/dev/pts", b"devpts", NOSUID, options)


def drop_everything():
    """Give up every capability, for good."""
    for capability in range(64):
        LIBC.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP; fails past the last one
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    kernel("capset", header, (ctypes.c_uint32 * 6)())
