"""The pictures: one chart per file. They know neither Streamlit nor where the numbers come from.

Each module authors its spec once with Altair (`spec`), sends fresh numbers as an Arrow table (`table`), says in one
sentence what the picture shows (`alt`) and puts the three together (`chart`). Colours are roles, never hex values:
the theme in `.streamlit/config.toml` gives each role its colour, so that a change of theme needs no new spec.
"""
