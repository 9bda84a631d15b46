"""What answers may not use: the rules that questions are asked under, in words.

A rule is a tuple of dotted names: of modules, and of parts of torch, whether written in
C or in Python. `standin` takes modules away, `watch` sees what is left of them.
"""

ENGINES = ["scalar", "tensor", "ops", "transforms", "dual", "differences", "symbolic"]
ENGINES += ["lessons", "gradcheck"]
ENGINES += ["losses", "layers", "recurrent", "optim"]
GRADIENTS = tuple(f"chainrule.{module}" for module in ENGINES)
TORCHS_GRADIENTS = (  # all ways of torch to a gradient lead through one of these
    "torch.autograd.grad",
    "torch.autograd.backward",
    "torch.autograd.forward_ad.make_dual",
    "torch._C._EngineBase.run_backward",
)
NUMPY_ONLY = ("torch", "autograd", "jax", "tensorflow", "sympy", *GRADIENTS)
TORCH = ("autograd", "jax", "tensorflow", *GRADIENTS)  # torch itself needs sympy
WITH_TORCH_ARRAYS = (*TORCH, *TORCHS_GRADIENTS)
INSTEAD = "and your own code."


def ready_made(*names):
    """What torch has ready under these names, for a rule: ready_made("softmax")."""
    places = ("torch", "torch.Tensor", "torch.nn.functional", "torch.special")
    return tuple(f"{place}.{name}" for name in names for place in places)


def reason(module, off):
    """The sentence about a module or a part of one, in a notebook as in a room."""
    of = next((name for name in off if lies_in(module, name)), None)
    instead = f"Answer with {means(off)} {INSTEAD}"
    if of:
        return f"It uses {of}, which is not allowed here. {instead}"
    root = module.partition(".")[0]
    return f"It uses {root}, which is not there when this is graded. {instead}"


def means(off):
    """What answers are written with where this is off the table."""
    if "torch" in off:
        return "NumPy"
    return "torch's arrays" if set(TORCHS_GRADIENTS) <= set(off) else "torch"


def is_part_of_torch(name):
    """Whether a name is of something inside torch, which torch itself may need."""
    return lies_in(name, "torch") and name != "torch"


def lies_in(module, name):
    return f"{module}.".startswith(f"{name}.")


def in_words(names):
    """Modules and parts of torch, for a notebook's readers."""
    parts = [name for name in names if is_part_of_torch(name)]
    modules = [name for name in names if name not in parts]
    said = [f"`{name}`" for name in modules if not lies_in(name, "chainrule")]
    if set(TORCHS_GRADIENTS) <= set(parts):
        said.append("torch's gradients (`backward`, `torch.autograd`, `torch.func`)")
    own = [name.rpartition(".")[2] for name in parts if name not in TORCHS_GRADIENTS]
    if own:
        names = listing([f"`{name}`" for name in dict.fromkeys(own)])
        said.append(f"torch's ready-made {names}")
    if any(lies_in(name, "chainrule") for name in modules):
        said.append("the derivatives of `chainrule`")
    return listing(said)


def listing(names):
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def difference(off, usual):
    """How a rule differs from the usual one, for a notebook's readers: what is allowed
    besides, and what is not; either may be empty."""
    allowed = [name for name in usual if not covers(off, name)]
    if "torch" in allowed:  # sympy comes along, and no answer needs it
        allowed = [name for name in allowed if name != "sympy"]
    not_allowed = [name for name in off if not covers(usual, name)]
    return allowed and in_words(allowed), not_allowed and in_words(not_allowed)


def covers(off, name):
    return any(lies_in(name, of) for of in off)
