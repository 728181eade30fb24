"""`streamlit run` of this file serves the app as it is, and in the same process its floor (elements.py): at an address
with ?floor=noting the app is drawn and noted, with ?floor=drawn what was noted is drawn."""

import streamlit as st

import app
from benchmarks.floor import elements

# a link of the menu leads on without it, so the session keeps it
asked = st.query_params.get(elements.PARAMETER) or st.session_state.get(elements.PARAMETER)
st.session_state[elements.PARAMETER] = asked
if asked is None:
    app.main()
elif asked == elements.NOTING:
    elements.note(app.main)
else:
    elements.draw()
