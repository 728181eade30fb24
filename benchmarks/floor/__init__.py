"""The same pages with nothing behind them: what Streamlit alone costs."""
