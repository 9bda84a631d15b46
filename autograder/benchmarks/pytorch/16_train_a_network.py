# %% [markdown]
# # Train a network
#
# A small PyTorch notebook that only the benchmark uses.

# %% setup
import matplotlib.pyplot as plt
import torch
from chainrule import check
from torch.nn import functional as F

# %%
torch.manual_seed(0)
net = torch.nn.Sequential(
    torch.nn.Linear(20, 64), torch.nn.ReLU(), torch.nn.Linear(64, 3)
)
rows, classes = torch.randn(256, 20), torch.randint(0, 3, (256,))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
losses = []
for _ in range(50):
    optimizer.zero_grad()
    loss = F.cross_entropy(net(rows), classes)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
plt.plot(losses)


# %% answer network_loss
def network_loss(X, y, W, V):
    """Mean cross-entropy of tanh(X Wᵀ) Vᵀ, by PyTorch: a number."""
    ### BEGIN SOLUTION
    X, y, W, V = (torch.from_numpy(a) for a in (X, y, W, V))
    return F.cross_entropy(torch.tanh(X @ W.T) @ V.T, y).item()
    ### END SOLUTION


# %% check network_loss
check("network_loss", network_loss)


# %% answer network_gradient
def network_gradient(X, y, W, V):
    """The gradient of that loss with respect to W: a NumPy array like W."""
    ### BEGIN SOLUTION
    X, y, W, V = (torch.from_numpy(a) for a in (X, y, W, V))
    W.requires_grad_()
    F.cross_entropy(torch.tanh(X @ W.T) @ V.T, y).backward()
    return W.grad.numpy()
    ### END SOLUTION


# %% check network_gradient
check("network_gradient", network_gradient)


# %% answer train
def train(X, y, W, V, rate):
    """The 40 losses of gradient descent on W and V by torch.optim: a list."""
    ### BEGIN SOLUTION
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    weights = [torch.from_numpy(a).clone().requires_grad_() for a in (W, V)]
    optimizer, losses = torch.optim.SGD(weights, lr=rate), []
    for _ in range(40):
        optimizer.zero_grad()
        loss = F.cross_entropy(torch.tanh(X @ weights[0].T) @ weights[1].T, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
    ### END SOLUTION


# %% check train
check("train", train)
