"""The same page as somebody writes it in an afternoon: Streamlit, pandas and Altair (dashboard.py)."""
