"""What a number means: the domain's types and statistics. Pure: no Streamlit, no SQL, no clock."""
