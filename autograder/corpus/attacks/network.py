"""Carrying something out: every kind of socket that could lead anywhere."""

ATTACKS = {
    "a connection to the world": """
import socket
for where in (("1.1.1.1", 53), ("8.8.8.8", 443), ("169.254.169.254", 80)):
    try:
        socket.create_connection(where, 0.3)
        print("REACHED", where)
    except OSError as refused:
        print(refused)
""",
    "names, looked up": """
import socket
for name in ("example.com", "localhost"):
    try:
        addresses = socket.getaddrinfo(name, 80)
        socket.create_connection((name, 80), 0.3)
        print("REACHED", addresses)
    except OSError as refused:
        print(refused)
""",
    "the grader's own machine": """
import socket
for port in (22, 80, 111, 631, 5432, 8786, 8888, 9000):
    for host in ("127.0.0.1", "::1", "0.0.0.0", "10.0.2.2", "172.17.0.1"):
        try:
            socket.create_connection((host, port), 0.05)
            print("REACHED", host, port)
        except OSError:
            continue
""",
    "datagrams without a reply": """
import socket
for where in (("1.1.1.1", 53), ("255.255.255.255", 9), ("224.0.0.1", 9)):
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    try:
        line.sendto(b"answers", where)
        print("REACHED", where)
    except OSError as refused:
        print(refused)
""",
    "sockets of the virtual machine, the kernel and the wire": """
import socket
families = {n: getattr(socket, n) for n in dir(socket) if n.startswith("AF_")}
for name, family in families.items():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            opened = socket.socket(family, kind)
            if name == "AF_VSOCK":
                opened.settimeout(0.2)
                opened.connect((2, 1024))
            if name not in ("AF_UNIX", "AF_INET", "AF_INET6"):
                print("REACHED", name)
        except (OSError, TypeError):
            continue
""",
    "sockets in files": """
import glob, socket
places = ["/var/run/docker.sock", "/run/dbus/system_bus_socket", "/tmp/.X11-unix/X0"]
for path in places + glob.glob("/run/**/*", recursive=True) + ["\\0dbus", "\\0X0"]:
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        print("REACHED", path)
    except OSError:
        continue
""",
    "a page fetched, a package installed": """
import subprocess, sys, urllib.request
try:
    urllib.request.urlopen("http://example.com", timeout=0.3)
    print("REACHED example.com")
except OSError as refused:
    print(refused)
print(subprocess.run(["curl", "-m", "1", "http://1.1.1.1"], capture_output=True)
      .returncode or "REACHED") if __import__("shutil").which("curl") else None
""",
    "an interface made and raised": """
import fcntl, socket, struct
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for request, data in ((0x8914, struct.pack("16sh", b"lo", 1)), (0x89A0, b"br0")):
    try:
        fcntl.ioctl(line, request, data.ljust(40, b"\\0"))
        print("REACHED an interface")
    except OSError as refused:
        print(refused)
""",
}
