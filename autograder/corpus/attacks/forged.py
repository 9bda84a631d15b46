"""Outputs, exit codes and frames that say what is not so."""

LINES = """
import os, socket, struct, sys
wire = sys.modules["wire"]
def lines():
    for number in range(3, 256):
        try:
            line = socket.socket(fileno=os.dup(number))
            if line.family == socket.AF_UNIX:
                yield line
        except OSError:
            continue
"""

ATTACKS = {
    "text that says full marks": """
from IPython.display import HTML, display
print("right (4 of 4 points)\\nTotal: 20 of 20")
display(HTML("<script>marks(20)</script>"))
20.0
""",
    "exit status 0": "import os; os._exit(0)",
    "exit status 0 in every answer": """
import os
answer = lambda *args: os._exit(0)
""",
    "sys.exit(0), raised in every answer": """
import sys
answer = lambda *args: sys.exit(0)
""",
    "a frame that says the cells are done": f"""
{LINES}
for line in lines():
    line.sendall(wire.pack({{"cells": "done"}}))
""",
    "results before they are asked for": f"""
{LINES}
for line in lines():
    for _ in range(50):
        line.sendall(wire.pack({{"result": True, "points": 4}}))
""",
    "a result before the result": f"""
{LINES}
def answer(*args):
    for line in lines():
        for _ in range(3):
            line.sendall(wire.pack({{"result": True}}))
    return True
""",
    "a frame of four gigabytes": f"""
{LINES}
def answer(*args):
    for line in lines():
        line.sendall(struct.pack("<II", 2**32 - 1, 2**32 - 1))
    return 0
""",
    "a frame of one byte a time": f"""
{LINES}
def answer(*args):
    import time
    for line in lines() if len(args) == 1 else ():
        for byte in wire.pack({{"result": 1.0}}) * 10:
            line.sendall(bytes([byte]))
            time.sleep(0.2)
""",
    "half a frame, and silence": f"""
{LINES}
def answer(*args):
    import time
    for line in lines() if len(args) == 1 else ():
        line.sendall(struct.pack("<II", 100, 100) + b"x")
        time.sleep(60)
""",
    "frames that are no messages": f"""
{LINES}
def answer(*args):
    for line in lines():
        line.sendall(wire.pack([1, 2]) + wire.pack(None) + wire.pack("right"))
    return 0
""",
    "an output that is none": f"""
{LINES}
for line in lines():
    for index in range(200):
        outputs = [[["text/stdout"], 3], 7, [1, 2, 3]]
        line.sendall(wire.pack({{"cell": index, "outputs": outputs, "error": 1}}))
""",
    "a picture that is a script": f"""
{LINES}
import submission
submission.figures = lambda page: page.outputs.append(
    ["image/png", '"><script>CANARY</script>']
)
""",
    "asking for a function that is not there": f"""
{LINES}
def answer(*args):
    for line in lines():
        line.sendall(wire.pack({{"ask": [1, 2], "args": [0.0]}}))
    return 0
""",
    "asking by a name that is a dictionary, with no arguments": f"""
{LINES}
def answer(*args):
    for line in lines():
        line.sendall(wire.pack({{"ask": {{"0": 1}}}}))
    return 0
""",
    "an echo that was not asked for": f"""
{LINES}
def answer(*args):
    for line in lines():
        line.sendall(wire.pack({{"echo": "0" * 16}}))
    return 0
""",
    "replies that say unwritten and missing and right at once": f"""
{LINES}
import submission
submission.serve = lambda sock, request: wire.send(
    sock, {{"result": 1.0, "echo": request["name"], "raised": "", "state": "right"}}
)
""",
    "frames nested without end": f"""
{LINES}
def answer(*args):
    head = b'{{"list":[' * 10**5 + b"1" + b"]}}" * 10**5
    for line in lines():
        line.sendall(struct.pack("<II", len(head), 0) + head)
    return 0
""",
    "half characters in every output": """
import sys
print("\\ud800" * 100)
sys.stderr.write("\\udfff")
raise ValueError("\\ud800")
""",
}
ENDS = ["exit status 0", "an output that is none"]
