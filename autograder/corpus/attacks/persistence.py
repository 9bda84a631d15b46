"""Staying: start-up files, timetables, processes that live on."""

SLEEPER = """
import os, subprocess, sys, time
def stay():
    time.sleep(987654)
"""

ATTACKS = {
    "start-up files of Python and IPython": """
import os, site
places = [site.getusersitepackages(), *site.getsitepackages(), "/tmp/ipython/startup",
          "/tmp/.ipython/profile_default/startup", os.path.expanduser("~/.config")]
for place in places:
    for name in ("usercustomize.py", "sitecustomize.py", "note.pth", "00-note.py"):
        try:
            os.makedirs(place, exist_ok=True)
            with open(os.path.join(place, name), "w") as file:
                file.write("import os; os._exit(0)  # CANARY")
        except OSError as refused:
            print(refused)
""",
    "a timetable, and the shell's start-up files": """
import os, subprocess
for path in ("/etc/crontab", "/var/spool/cron/root", "~/.bashrc", "~/.profile",
             "/etc/ld.so.preload", "/etc/profile", "/lib/systemd/system/note.service"):
    try:
        open(os.path.expanduser(path), "w").write("* * * * * root touch /tmp/CANARY")
    except OSError as refused:
        print(refused)
subprocess.run("echo '* * * * * touch /tmp/CANARY' | crontab -", shell=True)
subprocess.run("echo 'touch /tmp/CANARY' | at now", shell=True)
""",
    "a process in a session of its own": f"""
{SLEEPER}
subprocess.Popen(["sleep", "987654"], start_new_session=True)
""",
    "a child of a child, with every signal ignored": f"""
{SLEEPER}
import signal
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                continue
        stay()
    os._exit(0)
""",
    "a process that holds the room's socket": f"""
{SLEEPER}
for number in range(3, 256):
    try:
        os.set_inheritable(number, True)
    except OSError:
        continue
subprocess.Popen(["sleep", "987654"], start_new_session=True, close_fds=False)
""",
    "a process that starts itself again": f"""
{SLEEPER}
code = "import os, time; time.sleep(0.1); os.execv(__import__('sys').executable, "
code += "[__import__('sys').executable, '/tmp/again.py'])"
open("/tmp/again.py", "w").write(code)
subprocess.Popen([sys.executable, "/tmp/again.py"], start_new_session=True)
""",
    "a child in each answer": f"""
{SLEEPER}
def answer(*args):
    if os.fork() == 0:
        os.setsid()
        stay()
    return 0
""",
    "vfork, and a program with another name": f"""
{SLEEPER}
os.posix_spawn("/bin/sleep", ["[kworker/0:1]", "987654"], {{}})
""",
}
