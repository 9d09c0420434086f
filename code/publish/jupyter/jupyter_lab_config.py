"""What the desk's JupyterLab is told. The styles are for Notebook, too, which the same server shows."""

from pathlib import Path

from jupyter_core.paths import jupyter_config_dir

c = get_config()  # noqa: F821 - Jupyter gives it
c.LabApp.default_url = "/lab/tree/index.ipynb"
c.LabApp.custom_css = True
c.NbConvertBase.display_data_priority = [  # a page that is exported shows a figure's still, also without a network
    *("image/png", "text/html", "text/markdown", "image/svg+xml", "text/latex", "image/jpeg", "text/plain")
]
c.ServerApp.tornado_settings = {  # a reader's own custom.css comes first
    "static_custom_path": [str(Path(folder, "custom")) for folder in (jupyter_config_dir(), Path(__file__).parent)]
}
