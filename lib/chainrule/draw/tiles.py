"""Small images in rows, each row with its name."""

from .figure import STYLE


def tiles(rows, title, height=0.75, above=()):
    """A figure of images, darker where they are larger: {name of the row: images}.

    height: of a row, in inches; above: what stands over each column.
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    across = max(map(len, rows.values()))
    with style.context(["default", STYLE]):
        fig = Figure(figsize=(6.0, 0.5 + height * len(rows)), dpi=110)
        fig.suptitle(title, x=0.02, ha="left", fontsize=11)
        axes = fig.subplots(len(rows), across, squeeze=False)
        fig.subplots_adjust(0.2, 0.02, 0.98, 0.88, 0.1, 0.2)
        for line, (name, images) in zip(axes, rows.items(), strict=True):
            for ax, image in zip(line, images, strict=True):
                ax.imshow(image, cmap="gray_r", vmin=0)
                ax.set(xticks=[], yticks=[])
                ax.spines[:].set_visible(False)
            line[0].set_ylabel(name, rotation=0, ha="right", va="center")
        for ax, words in zip(axes[0], above, strict=False):
            ax.set_title(words, fontsize=10, loc="center", pad=2)
    return fig
