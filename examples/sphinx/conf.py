"""A Sphinx site with pictures: plot_directive draws those in reStructuredText, MyST-NB runs the cells of a page."""

project = "Pictures in Sphinx"
extensions = ["matplotlib.sphinxext.plot_directive", "matplotlib.sphinxext.figmpl_directive", "myst_nb"]
plot_formats = [("png", 72)]  # at 72 to the inch, a pixel of a picture is a pixel of the page
plot_srcset = ["2x"]  # and twice as many for the screens that have them
plot_html_show_formats = False
plot_html_show_source_link = False
nb_execution_mode = "force"
nb_execution_raise_on_error = True
html_theme = "alabaster"
exclude_patterns = ["html", "jupyter_execute"]  # what a build writes here
