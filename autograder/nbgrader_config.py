from proctor.nbgrader_plugin import configure

configure(get_config())  # noqa: F821
