"""Visits of the process to itself (serving/visitor.py): pages opened so that they are ready before somebody comes.

Where people sign in a visit has nobody's identity and would be shown the way in. It sees instead what a role that opens
every row sees; what it is drawn goes nowhere. A session's id is a random UUID that the process makes (uuid4), and a
visit ends before its id could be used again.
"""

from __future__ import annotations

from collections.abc import Mapping

from streamlit.runtime.scriptrunner import get_script_run_ctx

from metrics.access import Claims, Role, Viewer, viewer_of

OURSELVES = "this process"
"""Who is looking on such a visit."""
UNDER_WAY: set[str] = set()
"""The ids of the sessions of visits under way."""


def visiting() -> bool:
    """Whether this run is drawn for a visit of the process itself."""
    context = get_script_run_ctx()
    return context is not None and context.session_id in UNDER_WAY


def visitor(roles: Mapping[str, Role]) -> Viewer:
    """What a visit sees: as the first role that opens every row; nothing where there is none."""
    everywhere = next((role.id for role in roles.values() if role.all_rows), "")
    return viewer_of(Claims(OURSELVES, roles=(everywhere,)), roles)
