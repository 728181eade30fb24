"""The Customer Room as a server: `python -m streamlit run serve.py`. The app (app.py), made ready before its first
visitor, with `/healthz` and `/readyz`, ended gracefully. It ends at once where it would serve people whom nobody asks
who they are."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pandas  # noqa: F401  before any thread: altair looks into a pandas that another thread has half imported
import streamlit as st

from components.reach import guard
from serving.closing import Closing
from serving.host import running_server, tame
from serving.readiness import Readiness
from serving.standing import Standing
from serving.walls import walls

standing = Standing()
around = walls(standing)
if around.why_not:
    sys.exit(around.why_not)
guard()


@asynccontextmanager
async def _serving(_app: st.App) -> AsyncGenerator[None, None]:
    server = running_server()
    if server is not None:
        tame(server)
    loop = asyncio.get_running_loop()
    readiness = Readiness(standing, loop)
    readiness.start()
    Closing(standing, readiness.close).take_over(loop)
    yield
    readiness.close()


application = st.App(
    "app.py",
    lifespan=_serving,
    routes=standing.routes(),
    middleware=around.middleware,
    exception_handlers=around.handlers,
)
